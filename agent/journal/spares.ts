// Segment files that are made in advance and filled with zeros, so that an append allocates nothing. They are the reserve too:
// with it a transaction under way can still finish when the disk or the budget is full.
import { join } from 'node:path';
import { isJournalError, JournalError, toJournalError } from './journal-error.ts';
import { type Storage, writeAll } from './storage.ts';

export interface SparesOptions {
  storage: Storage;
  folder: string;
  segmentBytes: number;
  /** Number of files that are kept ready. */
  reserve: number;
  /** Whether the budget allows one more file. */
  roomForOne: () => boolean;
}

const pattern = /^spare-(\d+)(\.new)?$/;

/** Whether a file of this name is a spare that was made whole. */
export const isSpare = (name: string): boolean => pattern.exec(name)?.[2] === undefined && pattern.test(name);

export class Spares {
  #options: SparesOptions;
  #ready: string[] = [];
  #made = 0;
  #filling: Promise<void> | undefined;
  /** Why the last file could not be made; undefined while the reserve is full. */
  failure: JournalError | undefined;

  constructor(options: SparesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#ready.length;
  }

  /**
   * Takes over the spares that a previous run left, and removes unfinished ones. `trusted`: false where another agent may still have
   * one of them open; then each is made anew. What is no file, and has a spare's name, stays where it is. The folder was flushed:
   * else a power cut could show a spare under the name of the segment that it was, with the next segment's content.
   */
  async adopt(names: readonly string[], trusted: boolean): Promise<void> {
    const { storage, folder, segmentBytes } = this.#options;
    for (const name of names) {
      const [, number] = pattern.exec(name) ?? [];
      if (number === undefined) continue;
      this.#made = Math.max(this.#made, Number(number)); // no name is given twice
      const path = join(folder, name);
      const size = await sizeOf(storage, path).catch(error => {
        if (!isJournalError(error) || error.code !== 'journal/wrongType') throw error;
      });
      if (size === undefined) continue;
      if (trusted && isSpare(name) && size === segmentBytes) this.#ready.push(path);
      else await storage.remove(path);
    }
  }

  /** The last spare was taken, and no other can be made. */
  get exhausted(): boolean {
    return this.#ready.length === 0 && this.failure !== undefined;
  }

  /**
   * Path of a spare file, which belongs to the caller from now on. While no other can be made, the last one is given only with
   * `mayTakeLast`. That may also exceed the budget by one file, because each start needs a new segment before it can free one.
   * Errors: journal/full, journal/io.
   */
  async take(mayTakeLast: boolean): Promise<string> {
    if (this.#ready.length <= 1) await this.fill();
    if (this.#ready.length === 1 && this.failure && !mayTakeLast) throw this.failure;
    if (this.#ready.length === 0 && mayTakeLast && this.failure?.detail.limit === 'budget')
      await this.#makeOne();
    const path = this.#ready.shift();
    if (!path) throw this.failure ?? new JournalError('journal/full');
    return path;
  }

  /** Makes a recycled segment a spare again. The key of its old content is never used again. */
  async give(path: string): Promise<void> {
    const { storage, folder, segmentBytes, reserve } = this.#options;
    if (this.#ready.length >= reserve || (await sizeOf(storage, path)) !== segmentBytes)
      return storage.remove(path);
    const spare = join(folder, `spare-${++this.#made}`);
    await storage.rename(path, spare);
    await storage.flushFolder(folder); // else a power cut could show the next segment's header under the old segment's name
    this.#ready.push(spare);
  }

  /** Fills the reserve. Never throws: `failure` says why the reserve is short. */
  fill(): Promise<void> {
    this.#filling ??= this.#makeMissing().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  async #makeMissing(): Promise<void> {
    const { reserve, roomForOne } = this.#options;
    let failure: JournalError | undefined;
    while (this.#ready.length < reserve && !failure) {
      if (!roomForOne()) failure = new JournalError('journal/full', { limit: 'budget' });
      else failure = await this.#makeOne().then(() => undefined, toJournalError);
    }
    this.failure = failure; // set only now, so that nobody takes a short reserve for a full one meanwhile
  }

  /** Temporary file, zeros, flush, rename, flush of the folder: a spare with its name is whole at any power cut. */
  async #makeOne(): Promise<void> {
    const { storage, folder, segmentBytes } = this.#options;
    const path = join(folder, `spare-${++this.#made}`);
    const temporary = `${path}.new`;
    try {
      await writeZeros(storage, temporary, segmentBytes);
      await storage.rename(temporary, path);
      await storage.flushFolder(folder);
    } catch (error) {
      await storage.remove(temporary);
      await storage.remove(path); // one that is not counted would remain, and one more each time
      throw error;
    }
    this.#ready.push(path);
  }
}

async function writeZeros(storage: Storage, path: string, bytes: number): Promise<void> {
  const file = await storage.create(path);
  try {
    const zeros = Buffer.alloc(Math.min(bytes, 256 << 10));
    for (let at = 0; at < bytes; at += zeros.length) await writeAll(file, zeros.subarray(0, bytes - at), at);
    await file.flush();
  } finally {
    await file.close();
  }
}

async function sizeOf(storage: Storage, path: string): Promise<number> {
  const file = await storage.open(path);
  try {
    return await file.size();
  } finally {
    await file.close();
  }
}
