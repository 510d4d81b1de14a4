// Only one process may open a journal. Two would overwrite each other, and each would take the other's records for tampering.
//
// Two files are locked. `FOLDER.lock`, beside the folder, also holds while the folder is moved. `lock`, inside it, is the same
// file by whichever path the folder is reached: by a symbolic link, by a bind mount. Where somebody removed both, a second agent
// can lock new ones: the first then finds its own gone before it acknowledges anything more (`isHeld`).
import { accessSync, closeSync, constants, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalError, toJournalError } from './journal-error.ts';

/** How long a process that only looks (`isInUse`) may block the lock, in ms. */
const patienceMs = 200;
/** SQLITE_BUSY (sqlite.org, "Result and Error Codes"). */
const busy = 5;

/** Name of the file in the folder. A process must not open it by other means: closing it would end its lock (fcntl(2)). */
export const lockName = 'lock';

export interface FolderLock {
  release(): void;
}

export interface JournalLock extends FolderLock {
  /** The lock inside the folder was not there before: this journal is new, or somebody removed it. */
  readonly isNew: boolean;
  /** Whether the locked file is still the one that stands in the folder. One system call. */
  isHeld(): boolean;
}

/**
 * Locks the file `<folder>.lock`, which is beside the folder that a symbolic link leads to. The folder need not exist. The lock is
 * the kernel's (fcntl(2)), through SQLite, because Node has no file locks. Nothing is written, and the kernel releases it when the
 * process ends in any way. Errors: journal/inUse; those of the disk.
 */
export const lockFolder = (folder: string): FolderLock => lockFile(besideOf(folder), folder);

/** Makes the folder, and locks it from inside too. Errors: as lockFolder. */
export function lockJournal(folder: string): JournalLock {
  const beside = lockFolder(folder);
  const path = join(folder, lockName);
  try {
    asJournalError({ path: folder }, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
    const isNew = identityOf(path) === undefined;
    const inside = lockFile(path, folder);
    const mine = identityOf(path);
    return {
      isNew,
      isHeld: () => mine !== undefined && identityOf(path) === mine,
      release() {
        inside.release();
        beside.release();
      },
    };
  } catch (error) {
    beside.release();
    throw error;
  }
}

/** Which file stands at `path`; undefined where none can be seen. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined; // it is gone, or the folder is: the lock is lost either way
  }
}

function besideOf(folder: string): string {
  try {
    return `${realpathSync(folder)}.lock`;
  } catch {
    // there is no such folder yet
  }
  try {
    return `${join(realpathSync(dirname(folder)), basename(folder))}.lock`;
  } catch {
    return `${folder}.lock`;
  }
}

function lockFile(path: string, folder: string): FolderLock {
  asJournalError({ path }, () => makeFile(path));
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path, { timeout: patienceMs });
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE'); // in memory, so that a full disk can be locked too
  } catch (error) {
    if (file?.isOpen) file.close();
    if ((error as { errcode?: number }).errcode === busy) throw new JournalError('journal/inUse', { folder });
    throw toJournalError(error, { path });
  }
  const held = file;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}

/** SQLite does not say why it could not make or write a file; the system does. One that is there is not opened: see `lockName`. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    accessSync(path, constants.R_OK | constants.W_OK);
  }
}

function asJournalError(detail: { path: string }, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw toJournalError(error, detail);
  }
}

/** Whether a process has this journal open. Takes a shared lock for a moment; writes nothing. */
export function isInUse(folder: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(besideOf(folder), { readOnly: true });
    file.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return (error as { errcode?: number }).errcode === busy; // else there is no such file: the journal was never opened
  } finally {
    if (file?.isOpen) file.close();
  }
}
