// Transactions' ids, create-exclusive and durable: none can be begun twice, by this terminal or another.
import type { DatabaseSync } from 'node:sqlite';

export const transactionsSchema = `CREATE TABLE IF NOT EXISTS transactions (
  id BLOB PRIMARY KEY, terminal TEXT NOT NULL
) STRICT, WITHOUT ROWID`;

export class Transactions {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** False where the id was begun before. */
  begin(transaction: Buffer, terminal: string): boolean {
    const { changes } = this.#database
      .prepare('INSERT INTO transactions VALUES (?, ?) ON CONFLICT (id) DO NOTHING')
      .run(transaction, terminal);
    return changes === 1;
  }

  /** True where this terminal began it. */
  isOf(transaction: Buffer, terminal: string): boolean {
    const row = this.#database.prepare('SELECT terminal FROM transactions WHERE id = ?').get(transaction);
    return row?.terminal === terminal;
  }
}
