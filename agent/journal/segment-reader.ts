// Reads closed segments again: for records that the hub lacks, and for the tag of an entry that it acknowledged.
import type { Entry } from './entry.ts';
import { entriesOf } from './entry.ts';
import type { KeptSegment } from './recovery.ts';
import { followChain } from './segment-chain.ts';
import { readBytes } from './segment-files.ts';
import type { Storage } from './storage.ts';

/** A drain sends from one segment while acknowledgements come for the previous one. */
const kept = 2;

export class SegmentReader {
  #storage: Storage;
  #read = new Map<number, Promise<readonly Entry[]>>();
  /** One buffer for all segments: a new one for each would make the process grow faster than garbage is collected. */
  #room = Buffer.alloc(0);
  #previous: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** All entries of the segment at `path`. Errors: those of followChain; the system's. */
  entriesOf(path: string, segment: KeptSegment): Promise<readonly Entry[]> {
    const { number } = segment;
    const entries = this.#read.get(number) ?? this.#inTurn(() => this.#readWhole(path, segment));
    this.#read.delete(number); // and at the end again: the first is the one least recently asked for
    this.#read.set(number, entries);
    if (this.#read.size > kept) this.#read.delete(this.#read.keys().next().value!);
    return entries;
  }

  /** Forgets a segment that was given up, or could not be read. */
  forget(number: number): void {
    this.#read.delete(number);
  }

  /** Reads one after the other: they share the buffer. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const reading = this.#previous.then(read);
    this.#previous = reading.catch(() => undefined); // its own caller gets the error
    return reading;
  }

  #roomFor(length: number): Buffer {
    if (this.#room.length < length) this.#room = Buffer.alloc(length);
    return this.#room;
  }

  async #readWhole(path: string, segment: KeptSegment): Promise<readonly Entry[]> {
    const bytes = await readBytes(this.#storage, path, 0, segment.end, length => this.#roomFor(length));
    return entriesOf(followChain(bytes, segment.header, segment.seal, segment).records);
  }
}
