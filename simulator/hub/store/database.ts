// SQLite with the hub's settings: a committed transaction survives a power cut.
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Max wait of a process for the transaction of another process, in ms. */
const timeout = 5_000;

/** Size of the write-ahead log, in pages of 4 KiB, at which it is written to the database. A large log saves flushes. */
const logPages = 8_000;

/** Opens `path` and makes `schema` if it is missing. synchronous=FULL: each commit is flushed (sqlite.org/pragma). */
export function openDatabase(path: string, schema: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  database.exec(`PRAGMA wal_autocheckpoint = ${logPages}`);
  database.exec(schema);
  return database;
}

export type Statements = (sql: string) => StatementSync;

/** Compiles each statement once, because to compile takes longer than to run. */
export function statementsOf(database: DatabaseSync): Statements {
  const known = new Map<string, StatementSync>();
  return sql => {
    const statement = known.get(sql) ?? database.prepare(sql);
    known.set(sql, statement);
    return statement;
  };
}

/** Runs `work` in one transaction: everything is committed, or nothing. */
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
