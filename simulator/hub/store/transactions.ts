// The ids of transactions, durable. No id can be used twice, by the same terminal or by another.
import type { DatabaseSync } from 'node:sqlite';

export const transactionsSchema = `CREATE TABLE IF NOT EXISTS transactions (
  id BLOB PRIMARY KEY, terminal TEXT NOT NULL, question BLOB NOT NULL
) STRICT, WITHOUT ROWID`;

export class Transactions {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Stores the id; false if it was used before, but for the same question: it comes again where its answer was lost. */
  begin(transaction: Buffer, terminal: string, question: Buffer): boolean {
    const { changes } = this.#database
      .prepare('INSERT INTO transactions VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING')
      .run(transaction, terminal, question);
    if (changes === 1) return true;
    const row = this.#database
      .prepare('SELECT terminal, question FROM transactions WHERE id = ?')
      .get(transaction);
    return row?.terminal === terminal && question.equals(row.question as Uint8Array);
  }

  /** True if this terminal began the transaction. */
  isOf(transaction: Buffer, terminal: string): boolean {
    const row = this.#database.prepare('SELECT terminal FROM transactions WHERE id = ?').get(transaction);
    return row?.terminal === terminal;
  }
}
