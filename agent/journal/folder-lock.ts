// Only one process may open a journal. Two would overwrite each other, and each would take the other's records for tampering.
import { DatabaseSync } from 'node:sqlite';
import { JournalError, toJournalError } from './journal-error.ts';

/** How long a process that only looks (`isInUse`) may block the lock, in ms. */
const patienceMs = 200;
/** SQLITE_BUSY (sqlite.org, "Result and Error Codes"). */
const busy = 5;

export interface FolderLock {
  release(): void;
}

/**
 * Locks the file `<folder>.lock`. It lies beside the folder, because the folder may be moved aside. The lock is the kernel's
 * (fcntl(2)), through SQLite, because Node has no file locks. Nothing is written, and the kernel releases it when the process
 * ends in any way. Errors: journal/inUse; journal/io.
 */
export function lockFolder(folder: string): FolderLock {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(`${folder}.lock`, { timeout: patienceMs });
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE'); // in memory, so that a full disk can be locked too
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

/** Whether a process has this journal open. Takes a shared lock for a moment; writes nothing. */
export function isInUse(folder: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(`${folder}.lock`, { readOnly: true });
    file.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return (error as { errcode?: number }).errcode === busy; // else there is no such file: the journal was never opened
  } finally {
    if (file?.isOpen) file.close();
  }
}
