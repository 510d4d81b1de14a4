// The folder beside a home in which the home is written, and which becomes it by one rename. There is one for a home, by its name:
// a run that ended anywhere leaves it to the next one, which goes on in it or clears it. One process at a time works in it.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type FolderLock, lockFolder } from '../../agent/journal/folder-lock.ts';
import { isJournalError } from '../../agent/journal/journal-error.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { codeOf, orDisk, type Tree, writeAll } from './write-tree.ts';

/** Name of the lock in the folder, without lockFolder's `.lock`. */
const lock = 'enrolment';
const lockFile = `${lock}.lock`;

export interface Draft {
  /** Removes all but these files (paths as in a Tree); durable when it resolves. */
  clear(kept: readonly string[]): Promise<void>;
  /** Adds files; each is flushed when this resolves. */
  write(tree: Tree): Promise<void>;
  remove(files: readonly string[]): Promise<void>;
  /** Puts the folder in its place by one rename, and then removes `spent` from it. */
  commit(spent: readonly string[]): Promise<void>;
  /** Removes the folder. */
  discard(): Promise<void>;
  /** Lets another process work in the folder. */
  release(): void;
}

/**
 * Opens `folder`, which will become `place`, with what an earlier run left in it. Files get mode 0600, folders 0700.
 * Errors: provisioning/homeInUse where something is in `place` already, or another process writes it; provisioning/disk where
 * nothing can be written.
 */
export async function openDraft(place: string, folder: string): Promise<Draft> {
  const target = resolve(place);
  await refuseInUse(target);
  await orDisk(async () => {
    await makeFolder(folder);
    await nodeStorage.flushFolder(dirname(folder));
  });
  const held = await lockDraft(target, folder);
  return {
    clear: kept =>
      orDisk(async () => {
        await clear(folder, [...kept, lockFile]);
        await nodeStorage.flushFolder(folder);
      }),
    write: tree => orDisk(() => writeAll(folder, tree)),
    remove: files => orDisk(() => removeAll(folder, files)),
    commit: spent =>
      orDisk(async () => {
        await rename(folder, target); // over an empty folder too (POSIX rename)
        await nodeStorage.flushFolder(dirname(target));
        // The home is complete, and nothing reads these files there: if they cannot be removed, the enrolment has still succeeded.
        await removeAll(target, [...spent, lockFile]).catch(() => undefined);
      }),
    discard: async () => {
      await clear(folder, [lockFile]);
      await leave(folder);
    },
    release: () => held.release(),
  };
}

async function lockDraft(target: string, folder: string): Promise<FolderLock> {
  const held = await lockOf(target, folder);
  try {
    // who had the lock before may have put the folder in its place, or removed it: this lock is of a file that is gone
    if (!existsSync(join(folder, lockFile))) throw atWork(target);
    await refuseInUse(target).catch(async error => {
      await leave(folder);
      throw error;
    });
    return held;
  } catch (error) {
    held.release();
    throw error;
  }
}

async function lockOf(target: string, folder: string): Promise<FolderLock> {
  try {
    return lockFolder(join(folder, lock));
  } catch (error) {
    await rmdir(folder).catch(() => undefined); // unless something is in it
    if (!isJournalError(error)) throw error;
    if (error.code === 'journal/inUse') throw atWork(target);
    return orDisk(() => Promise.reject(error.cause));
  }
}

/** Removes the folder, where only the lock is in it: what another process put there since stays. */
async function leave(folder: string): Promise<void> {
  await rm(join(folder, lockFile), { force: true });
  await rmdir(folder).catch(() => undefined);
}

const atWork = (target: string) =>
  new ProvisioningError('provisioning/homeInUse', `Another enrolment is writing ${target}.`);

async function refuseInUse(target: string): Promise<void> {
  if ((await entriesOf(target)).length > 0)
    throw new ProvisioningError('provisioning/homeInUse', `${target} is in use.`);
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new ProvisioningError('provisioning/disk', `${folder} is no folder that can be read.`, error);
  }
}

/** Step by step: Node's own recursive mkdir never ends where a file system has no new folders, such as /proc (Node 24). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    const above = await stat(dirname(path)).catch(() => undefined);
    if (codeOf(error) !== 'ENOENT' || above) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}

async function clear(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (kept.includes(name)) continue;
    const below = kept.filter(path => path.startsWith(`${name}/`)).map(path => path.slice(name.length + 1));
    if (below.length > 0) await clear(join(folder, name), below);
    else await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function removeAll(folder: string, files: readonly string[]): Promise<void> {
  await Promise.all(files.map(name => rm(join(folder, name), { force: true })));
}
