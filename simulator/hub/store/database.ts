// SQLite as the hub uses it: what a statement returned as committed survives a power cut.
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** How long one process waits for another to end its transaction, in ms. */
const timeout = 5_000;

/** Pages of 4 KiB that the write-ahead log grows to before it is written into the database: fewer flushes where much comes at once. */
const logPages = 8_000;

/** Opens `path`, makes `schema` where it is not there yet. synchronous=FULL: each commit is flushed (sqlite.org/pragma). */
export function openDatabase(path: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  database.exec(`PRAGMA wal_autocheckpoint = ${logPages}`);
  database.exec(schema);
  return database;
}

export type Statements = (sql: string) => StatementSync;

/** Each statement is compiled once: that takes longer than to run it. */
export function statementsOf(database: DatabaseSync): Statements {
  const known = new Map<string, StatementSync>();
  return sql => {
    const statement = known.get(sql) ?? database.prepare(sql);
    known.set(sql, statement);
    return statement;
  };
}

/** Runs `work` in one transaction: all of it is committed, or nothing. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
