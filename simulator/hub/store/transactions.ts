// The ids of transactions, durable. No id can be used twice, by the same terminal or by another.
import type { DatabaseSync } from 'node:sqlite';

export const transactionsSchema = `CREATE TABLE IF NOT EXISTS transactions (
  id BLOB PRIMARY KEY, terminal TEXT NOT NULL
) STRICT, WITHOUT ROWID`;

export class Transactions {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Stores the id; false if it was used before. */
  begin(transaction: Buffer, terminal: string): boolean {
    const { changes } = this.#database
      .prepare('INSERT INTO transactions VALUES (?, ?) ON CONFLICT (id) DO NOTHING')
      .run(transaction, terminal);
    return changes === 1;
  }

  /** True if this terminal began the transaction. */
  isOf(transaction: Buffer, terminal: string): boolean {
    const row = this.#database.prepare('SELECT terminal FROM transactions WHERE id = ?').get(transaction);
    return row?.terminal === terminal;
  }
}
