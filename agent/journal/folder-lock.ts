// One process a journal: two would write over each other, and each would take the other's records for tampering.
import { DatabaseSync } from 'node:sqlite';
import { JournalError, toJournalError } from './journal-error.ts';

/** Longest that somebody who only looks (`isInUse`) may stand in the way, in ms. */
const patienceMs = 200;
/** SQLITE_BUSY (sqlite.org, "Result and Error Codes"). */
const busy = 5;

export interface FolderLock {
  release(): void;
}

/**
 * Takes the file `<folder>.lock`, beside the folder because that may be moved aside. The lock is the kernel's (fcntl(2),
 * by SQLite, for Node has none of its own): nothing is written, and it goes with the process however that ends.
 * Errors: journal/inUse; journal/io.
 */
export function lockFolder(folder: string): FolderLock {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(`${folder}.lock`, { timeout: patienceMs });
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE'); // without it a full disk could not be locked
  } catch (error) {
    if (file?.isOpen) file.close();
    if ((error as { errcode?: number }).errcode === busy) throw new JournalError('journal/inUse', { folder });
    throw toJournalError(error);
  }
  const held = file;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}

/** Whether a process has this journal open. Asks for a shared lock, for the moment that the answer takes; writes nothing. */
export function isInUse(folder: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(`${folder}.lock`, { readOnly: true });
    file.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return (error as { errcode?: number }).errcode === busy; // else there is no such file: nobody ever opened it here
  } finally {
    if (file?.isOpen) file.close();
  }
}
