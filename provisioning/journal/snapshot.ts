// A copy in memory of a journal's folder at one moment. A command that reads the copy can't change the journal, and doesn't
// disturb an agent that runs.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isInUse } from '../../agent/journal/folder-lock.ts';
import { toJournalError } from '../../agent/journal/journal-error.ts';
import { type Owner, readBytes } from '../../agent/journal/segment-files.ts';
import {
  decodeHeader,
  maxSegmentBytes,
  type SegmentHeader,
  segmentName,
  segmentNumber,
} from '../../agent/journal/segment-format.ts';
import { nodeStorage, type Storage, type StorageFile } from '../../agent/journal/storage.ts';
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export interface Snapshot {
  folder: string;
  /** Whole segment files by name, in order of their numbers. */
  segments: ReadonlyMap<string, Buffer>;
  /** Names of segments in whose place something stands that is no file. They are in `segments` too, empty. */
  noFiles: ReadonlySet<string>;
  /** Sizes of the spare files, in bytes. */
  spares: readonly number[];
  /** A process has the journal open. It may have been writing the youngest commit while this was read. */
  inUse: boolean;
}

/** Attempts to read the folder. One fails when a segment begins or goes meanwhile. */
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

/** Undefined where a segment began or went meanwhile: its file may already be another segment's. */
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
  const noFiles = new Set<string>();
  for (const name of names) {
    const bytes = await readSegment(join(folder, name)).catch(gone);
    if (!bytes) return undefined;
    if (bytes === 'noFile') noFiles.add(name);
    segments.set(name, bytes === 'noFile' ? Buffer.alloc(0) : bytes);
  }
  const sizes = spareNames.map(name => stat(join(folder, name)).then(({ size }) => size, gone));
  const spares = (await Promise.all(sizes)).filter(size => size !== undefined);
  const after = (await readdir(folder)).filter(name => segmentNumber(name) !== undefined).sort();
  return after.join() === names.join() ? { folder, segments, noFiles, spares } : undefined;
}

/** Of one that was lengthened beyond what a segment may have, one byte more than that. */
async function readSegment(path: string): Promise<Buffer | 'noFile'> {
  try {
    return await readBytes(nodeStorage, path, 0, maxSegmentBytes + 1);
  } catch (error) {
    if (toJournalError(error).code === 'journal/wrongType') return 'noFile';
    throw error;
  }
}

export const bytesOf = ({ segments }: Snapshot, number: number): Buffer => segments.get(segmentName(number))!;

/** Headers by file name. A file that does not begin with a header is left out. */
export function headersOf({ segments }: Snapshot): Map<string, SegmentHeader> {
  const headers = new Map<string, SegmentHeader>();
  for (const [name, bytes] of segments) {
    const header = decodeHeader(bytes);
    if (header) headers.set(name, header);
  }
  return headers;
}

/** Terminal and epoch that most segments name. Where two are named equally often, the one of the older segments. */
export function namedOwner(snapshot: Snapshot): Pick<Owner, 'terminal' | 'epoch'> | undefined {
  const named = [...headersOf(snapshot).values()];
  const votes = ({ terminal, epoch }: SegmentHeader) =>
    named.filter(other => other.terminal === terminal && other.epoch === epoch).length;
  const maxVotes = Math.max(...named.map(votes));
  return named.find(header => votes(header) === maxVotes);
}

/** The snapshot as a storage that ignores every change: recovery can run over it and leaves it as it is. */
export function storageOf({ folder, segments, noFiles }: Snapshot): Storage {
  const nothing = async () => undefined;
  const open = async (path: string): Promise<StorageFile> => {
    if (noFiles.has(basename(path)))
      throw Object.assign(new Error(`${path} is no file.`), { code: 'EISDIR' });
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
    openPastCache: open,
    openDurable: open,
    create: open,
    list: async path => (path === folder ? [...segments.keys()] : undefined),
    makeFolder: nothing,
    rename: nothing,
    remove: nothing,
    flushFolder: nothing,
    space: async () => ({ blockBytes: 4096, freeBytes: 0, freeInodes: undefined }),
  };
}
