// The segments of a folder as one log. A new segment begins after each start, when one is full, and when a write failed. Closed
// segments are truncated, and recycled once nothing needs them.
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type JournalRecord, recordType, type SealedRecord } from './commit-format.ts';
import type { Entry } from './entry.ts';
import { JournalError, toJournalError } from './journal-error.ts';
import type { KeptSegment, Recovered } from './recovery.ts';
import { Segment } from './segment.ts';
import type { Owner } from './segment-files.ts';
import { blockBytes, noTag, type SegmentEnd, segmentName } from './segment-format.ts';
import { SegmentReader } from './segment-reader.ts';
import { Spares } from './spares.ts';
import type { Storage } from './storage.ts';

export interface LogOptions {
  storage: Storage;
  folder: string;
  owner: Owner;
  /** Gives the data key for a segment that begins. */
  sealingKey: () => Promise<KeyObject>;
  segmentBytes: number;
  budgetBytes: number;
  reserveSegments: number;
}

export class SegmentLog {
  /** By rising number: the last is the current one. */
  segments: KeptSegment[];
  readonly spares: Spares;
  /** The last failure; undefined after a commit that succeeded. */
  failure: JournalError | undefined;
  /**
   * Whether the next commit gives segments up. Only such a commit may use the last spare: else a log that is full could never
   * record that it may drop something.
   */
  makesRoom = (): boolean => false;
  #options: LogOptions;
  #current: Segment | undefined;
  #leftovers: number[];
  #reader: SegmentReader;

  /** Of the first entry, where there is no segment yet. */
  readonly #firstSeq: number;

  constructor(options: LogOptions, recovered: Recovered) {
    this.#options = options;
    this.segments = recovered.segments;
    this.#firstSeq = recovered.last.seq + 1;
    this.#leftovers = recovered.leftovers;
    this.#reader = new SegmentReader(options.storage);
    this.spares = new Spares({
      ...options,
      reserve: options.reserveSegments,
      roomForOne: () => this.usedBytes + options.segmentBytes <= options.budgetBytes,
    });
  }

  /** Bytes of all files of the folder. */
  get usedBytes(): number {
    const kept = this.segments.reduce((sum, segment) => sum + segment.size, 0);
    return kept + this.spares.count * this.#options.segmentBytes;
  }

  /** Whether something was written since it was opened. */
  get writing(): boolean {
    return this.#current !== undefined;
  }

  /** Makes the spare files, also from segments that nothing needs any more. `trusted`: see Spares.adopt. */
  async prepare(names: readonly string[], trusted: boolean): Promise<void> {
    await this.spares.adopt(names, trusted);
    for (const number of this.#leftovers) await this.#release(number);
    await this.spares.fill();
  }

  /**
   * Makes the records of `now()` durable. Where a new segment has to begin, its first records are those of `beginning()`, which
   * is called before. A segment that failed is never written again: the records are sealed anew in the next one.
   * Errors: journal/full, journal/io.
   */
  async append(
    now: () => readonly JournalRecord[],
    beginning: () => [JournalRecord, JournalRecord],
  ): Promise<SealedRecord[]> {
    const records = now();
    if (!this.makesRoom() && records[0]?.type !== recordType.closed) await this.#insistOnRoom();
    try {
      if (this.#current?.fits(records)) {
        const sealed = await this.#current.append(records).catch(cause => this.#poison(cause));
        if (sealed) return this.#succeeded(sealed);
      }
      await this.#begin(beginning());
      return this.#succeeded(await this.#current!.append(now()));
    } catch (cause) {
      await this.#poison(cause);
      throw this.failure;
    }
  }

  /** All entries of a kept segment. Errors: journal/recycled, and those of followChain. */
  async entriesOf(segment: KeptSegment): Promise<readonly Entry[]> {
    if (segment.number === this.#current?.kept.number) return this.#current.entries;
    try {
      return await this.#reader.entriesOf(this.#pathOf(segment.number), segment);
    } catch (cause) {
      this.#reader.forget(segment.number);
      // its file may have become a spare during the read
      if (!this.segments.includes(segment)) throw new JournalError('journal/recycled', {}, cause);
      throw toJournalError(cause);
    }
  }

  /** Gives up all segments below `oldest`. The record that allows it is durable. */
  async recycle(oldest: number): Promise<void> {
    const given = this.segments.filter(segment => segment.number < oldest);
    this.segments = this.segments.filter(segment => segment.number >= oldest);
    for (const { number } of given) await this.#release(number);
    if (given.length > 0) await this.spares.fill();
  }

  async close(): Promise<void> {
    await this.spares.fill();
    await this.#current?.close();
    this.#current = undefined;
  }

  #pathOf(number: number): string {
    return join(this.#options.folder, segmentName(number));
  }

  #succeeded(records: SealedRecord[]): SealedRecord[] {
    this.failure = undefined;
    return records;
  }

  async #begin(records: [JournalRecord, JournalRecord]): Promise<void> {
    const { segmentBytes, storage, folder, owner } = this.#options;
    const before = this.segments.at(-1);
    // A segment without entries is left out of the chain: the new segment's first commit repeats all that it held.
    const empty = before !== undefined && before.lastSeq < before.firstSeq;
    const dataKey = await this.#options.sealingKey(); // asked first: a spare that was taken has to be used or removed
    const spare = await this.spares.take(this.makesRoom());
    const next = await Segment.begin(spare, {
      storage,
      folder,
      owner,
      dataKey,
      number: (before?.number ?? 0) + 1,
      firstSeq: before ? before.lastSeq + 1 : this.#firstSeq,
      size: segmentBytes,
      previous: empty ? before.header.previous : endOf(before),
      records,
    }).catch(async cause => {
      await storage.remove(spare);
      throw cause;
    });
    await this.#current?.close();
    this.#current = next;
    this.segments = [...this.segments.filter(segment => !empty || segment !== before), next.kept];
    await this.#tidy(before, empty).catch(cause => this.#note(cause));
    void this.spares.fill();
  }

  /** A failure here does no harm to what was appended. */
  async #tidy(before: KeptSegment | undefined, empty: boolean): Promise<void> {
    if (!before) return;
    if (empty) return this.#release(before.number);
    // A segment that ended early (a start, a failed flush) keeps only the room that it used. So a crash loop uses up no budget.
    if (before.size - before.end < before.size / 4) return;
    const file = await this.#options.storage.open(this.#pathOf(before.number));
    try {
      await file.truncate(before.end);
      before.size = before.end;
    } finally {
      await file.close();
    }
  }

  async #release(number: number): Promise<void> {
    this.#reader.forget(number);
    await this.spares.give(this.#pathOf(number)).catch(cause => this.#note(cause));
  }

  /** Errors: journal/full, journal/io where only the last spare is left, or was taken. */
  async #insistOnRoom(): Promise<void> {
    if (this.spares.exhausted) await this.spares.fill();
    if (!this.spares.exhausted) return;
    this.#note(this.spares.failure);
    throw this.failure;
  }

  async #poison(cause: unknown): Promise<undefined> {
    this.#note(cause);
    const failed = this.#current;
    this.#current = undefined;
    await failed?.close().catch(error => this.#note(error));
  }

  #note(cause: unknown): void {
    this.failure = toJournalError(cause);
  }
}

const endOf = (segment: KeptSegment | undefined): SegmentEnd =>
  segment
    ? { segment: segment.number, end: segment.end, tag: segment.tag }
    : { segment: 0, end: 0, tag: noTag };

/** Max bytes of a commit and of a body in segments of this size: at least three full commits fit. */
export function limitsOf(segmentBytes: number): { commitBytes: number; bodyBytes: number } {
  const maxCommit = blockBytes * Math.floor(segmentBytes / 4 / blockBytes);
  return { commitBytes: maxCommit, bodyBytes: Math.min(64 << 10, maxCommit >> 1) };
}
