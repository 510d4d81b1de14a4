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
  private storage: Storage;
  private read = new Map<number, Promise<readonly Entry[]>>();

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /** Every entry of the segment at `path`. Errors: those of followChain; the system's own. */
  entriesOf(path: string, segment: KeptSegment): Promise<readonly Entry[]> {
    const { number } = segment;
    const entries = this.read.get(number) ?? this.readWhole(path, segment);
    this.read.delete(number); // and behind all others again: the first is the one that was asked for longest ago
    this.read.set(number, entries);
    if (this.read.size > kept) this.read.delete(this.read.keys().next().value!);
    return entries;
  }

  /** The segment was given up, or could not be read. */
  forget(number: number): void {
    this.read.delete(number);
  }

  private async readWhole(path: string, segment: KeptSegment): Promise<readonly Entry[]> {
    const bytes = await readBytes(this.storage, path, 0, segment.end);
    return entriesOf(followChain(bytes, segment.header, segment.seal, segment).records);
  }
}
