// Reads closed segments again: for the hub, which asks for what it lacks, and for the tag of what it acknowledged.
import type { Entry } from './entry.ts';
import { entriesOf } from './entry.ts';
import type { KeptSegment } from './recovery.ts';
import { followChain } from './segment-chain.ts';
import { readBytes } from './segment-files.ts';
import type { Storage } from './storage.ts';

/** A drain sends from one segment while the hub's words come for the one before. */
const kept = 2;

export class SegmentReader {
  #storage: Storage;
  #read = new Map<number, Promise<readonly Entry[]>>();
  /** The same for every segment: a new one for each would grow the process faster than it is collected. */
  #room = Buffer.alloc(0);
  #before: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Every entry of the segment at `path`. Errors: those of followChain; the system's own. */
  entriesOf(path: string, segment: KeptSegment): Promise<readonly Entry[]> {
    const { number } = segment;
    const entries = this.#read.get(number) ?? this.#inTurn(() => this.#readWhole(path, segment));
    this.#read.delete(number); // and behind all others again: the first is the one that was asked for longest ago
    this.#read.set(number, entries);
    if (this.#read.size > kept) this.#read.delete(this.#read.keys().next().value!);
    return entries;
  }

  /** The segment was given up, or could not be read. */
  forget(number: number): void {
    this.#read.delete(number);
  }

  /** One after the other: they share the room. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const reading = this.#before.then(read);
    this.#before = reading.catch(() => undefined); // who asked hears of it
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
