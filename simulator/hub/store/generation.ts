// Counts the restores of the ledger from a backup. The count is not in the ledger's database: a restore would reset it.
import type { DatabaseSync } from 'node:sqlite';

export const generationSchema =
  'CREATE TABLE IF NOT EXISTS generation (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL) STRICT';

/** The present generation, from 1. */
export const generationOf = (database: DatabaseSync): number =>
  Number(database.prepare('SELECT number FROM generation').get()?.number ?? 1);

export function raiseGeneration(database: DatabaseSync): void {
  const number = generationOf(database) + 1;
  database.prepare('INSERT OR REPLACE INTO generation VALUES (1, ?)').run(number);
}
