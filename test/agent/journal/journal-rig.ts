// A journal in a folder of its own, and a disk that counts and fails on demand.
import { createSecretKey } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import type { JournalOptions } from '../../../agent/journal/journal-options.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { nodeStorage, type Storage, type StorageFile } from '../../../agent/journal/storage.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

export const dataKey = createSecretKey(Buffer.alloc(32, 0x5a));

/** Small segments (64 KiB), so that a test sees many of them. */
export const smallJournal = (folder: string, more: Partial<JournalOptions> = {}): JournalOptions => ({
  folder,
  log: 'ledger',
  terminal: 'shop-1',
  epoch: 1,
  dataKeys: [dataKey],
  checkpoint: () => ({ body: Buffer.from('checkpoint') }),
  segmentBytes: 64 << 10,
  budgetBytes: 4 << 20,
  reserveSegments: 2,
  keepBytes: 0,
  ...more,
});

export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const parent = temporaryFolder('journal');
  try {
    await run(join(parent, 'ledger'));
  } finally {
    await rm(parent, { recursive: true });
  }
}

export async function withJournal<T>(
  options: JournalOptions,
  run: (journal: Journal) => Promise<T>,
): Promise<T> {
  const journal = await openJournal(options);
  try {
    return await run(journal);
  } finally {
    await journal.close();
  }
}

export const body = (n: number, bytes = 300): Buffer => {
  const made = Buffer.alloc(bytes, n);
  made.writeUInt32BE(n, 0);
  return made;
};
export const numberOf = (made: Buffer): number => made.readUInt32BE(0);

/** Fails unless the records from number `from` on are `from` to `upTo`, each once and in order. */
export async function holds(journal: Journal, from: number, upTo: number): Promise<void> {
  const entries = await journal.read(from - 1, { limit: Infinity });
  assert.equal(
    entries.map(entry => numberOf(entry.body)),
    Array.from({ length: upTo - from + 1 }, (_, i) => from + i),
  );
}

export const segmentsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter(name => name.endsWith('.segment')).sort();

export interface Watched extends Storage {
  /** Flushes of files so far. */
  flushes: number;
  /** Claims that every byte was written. */
  lies: boolean;
  /** Called before each call on a segment or spare: throws, or returns how many bytes a write takes. */
  fault: (call: 'write' | 'flush' | 'create', path: string, bytes: number) => number | undefined;
}

export function watchedStorage(): Watched {
  const files = (file: StorageFile, path: string, durable = false): StorageFile => ({
    size: () => file.size(),
    read: (at, length, room) => file.read(at, length, room),
    truncate: size => file.truncate(size),
    close: () => file.close(),
    write: async (bytes, at) => {
      const maxBytes = watched.fault('write', path, bytes.length) ?? bytes.length;
      const written = await file.write(bytes.subarray(0, maxBytes), at);
      if (durable) flushed(path);
      return watched.lies ? bytes.length : written;
    },
    flush: async () => {
      flushed(path);
      await file.flush();
    },
  });
  const flushed = (path: string): void => {
    watched.flushes++;
    watched.fault('flush', path, 0);
  };
  const watched: Watched = {
    ...nodeStorage,
    flushes: 0,
    lies: false,
    fault: () => undefined,
    open: async path => files(await nodeStorage.open(path), path),
    openDurable: async path => files(await nodeStorage.openDurable(path), path, true),
    create: async path => {
      watched.fault('create', path, 0);
      return files(await nodeStorage.create(path), path);
    },
  };
  return watched;
}

export const failWith = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};
