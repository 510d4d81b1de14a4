// A journal's folder as it stood at one moment, in memory: what looks at it can't change it, and a running agent can go on.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isInUse } from '../../agent/journal/folder-lock.ts';
import { segmentNumber } from '../../agent/journal/segment-format.ts';
import type { Storage, StorageFile } from '../../agent/journal/storage.ts';
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export interface Snapshot {
  folder: string;
  /** Whole segment files by name, in order of their numbers. */
  segments: ReadonlyMap<string, Buffer>;
  /** Sizes of the spare files, in bytes. */
  spares: readonly number[];
  /** A process has the journal open: the youngest commit may have been on its way while it was read. */
  inUse: boolean;
}

/** How often a segment may begin or go while the folder is read, before it is called unreadable. */
const maxTries = 20;

/** Errors: provisioning/noJournal. */
export async function takeSnapshot(folder: string): Promise<Snapshot> {
  const inUse = isInUse(folder);
  try {
    for (let tries = 0; tries < maxTries; tries++) {
      const snapshot = await tryToTake(folder);
      if (snapshot) return { ...snapshot, inUse };
    }
  } catch (cause) {
    if (isMadoguchiError(cause)) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw none(`${folder} can’t be read (${code}).`, cause);
  }
  throw none(`${folder} changes too fast to be read.`);
}

const none = (message: string, cause?: unknown) =>
  new ProvisioningError('provisioning/noJournal', message, cause);

/** Nothing where a segment began or went meanwhile: a file that became a spare is soon another segment's. */
async function tryToTake(folder: string): Promise<Omit<Snapshot, 'inUse'> | undefined> {
  const before = await readdir(folder);
  const names = before.filter(name => segmentNumber(name) !== undefined).sort();
  const spareNames = before.filter(name => /^spare-\d+$/.test(name));
  if (names.length + spareNames.length === 0) throw none(`${folder} holds no segment.`);
  const gone = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  };
  const segments = new Map<string, Buffer>();
  for (const name of names) {
    const bytes = await readFile(join(folder, name)).catch(gone);
    if (!bytes) return undefined;
    segments.set(name, bytes);
  }
  const sizes = spareNames.map(name => stat(join(folder, name)).then(({ size }) => size, gone));
  const spares = (await Promise.all(sizes)).filter(size => size !== undefined);
  const after = (await readdir(folder)).filter(name => segmentNumber(name) !== undefined).sort();
  return after.join() === names.join() ? { folder, segments, spares } : undefined;
}

/** The snapshot as a disk that takes no change: what recovery flushes or moves aside stays as it is. */
export function storageOf({ folder, segments }: Snapshot): Storage {
  const nothing = async () => undefined;
  const open = async (path: string): Promise<StorageFile> => {
    const bytes = segments.get(basename(path))!;
    return {
      size: async () => bytes.length,
      read: async (at, length) => bytes.subarray(at, at + length),
      write: async () => 0,
      flush: nothing,
      truncate: nothing,
      close: nothing,
    };
  };
  return {
    open,
    openToRead: open,
    openDurable: open,
    create: open,
    list: async path => (path === folder ? [...segments.keys()] : undefined),
    makeFolder: nothing,
    rename: nothing,
    remove: nothing,
    flushFolder: nothing,
  };
}
