// The segment that is being written. It takes commits until one fails or does not fit. Then it is never written again.
import { type KeyObject, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type ChainPlace,
  commitBytes,
  type JournalRecord,
  recordBytes,
  type SealedRecord,
  sealCommit,
} from './commit-format.ts';
import { decodeCursor } from './cursor-record.ts';
import { type Entry, entriesOf } from './entry.ts';
import type { KeptSegment } from './recovery.ts';
import { keyIdOf, SegmentSeal } from './seal.ts';
import type { Owner } from './segment-files.ts';
import {
  blockBytes,
  encodeHeader,
  type SegmentEnd,
  type SegmentHeader,
  segmentName,
} from './segment-format.ts';
import { type Storage, type StorageFile, writeAll } from './storage.ts';

export interface BeginOptions {
  storage: Storage;
  folder: string;
  owner: Owner;
  /** The data key that seals it. */
  dataKey: KeyObject;
  number: number;
  firstSeq: number;
  /** Bytes of the spare file. */
  size: number;
  previous: SegmentEnd;
  /** The first commit: the hub's cursor and the checkpoint. */
  records: readonly [cursor: JournalRecord, checkpoint: JournalRecord];
}

export class Segment {
  /** What the journal keeps of it once it is closed. It grows with each commit. */
  readonly kept: KeptSegment;
  /** All entries written here. */
  readonly entries: Entry[] = [];
  #file: StorageFile;
  #next: ChainPlace;

  private constructor(file: StorageFile, kept: KeptSegment, next: ChainPlace) {
    this.#file = file;
    this.kept = kept;
    this.#next = next;
  }

  /**
   * Turns the spare file at `spare` into a segment. Header and first commit are flushed BEFORE the file gets its name. So no
   * power cut can leave a segment without a whole beginning.
   */
  static async begin(spare: string, options: BeginOptions): Promise<Segment> {
    const { storage, folder, owner, dataKey, number, firstSeq, size, previous, records } = options;
    const header: SegmentHeader = {
      log: owner.log,
      terminal: owner.terminal,
      epoch: owner.epoch,
      number,
      firstSeq,
      size,
      previous,
      salt: randomBytes(32),
      keyId: keyIdOf(dataKey),
    };
    const seal = new SegmentSeal(dataKey, header);
    const commit = sealCommit(records, { counter: 0, seq: firstSeq, tag: previous.tag }, seal);
    const end = blockBytes + commit.bytes;
    const file = await storage.openDurable(spare);
    try {
      await writeAll(file, Buffer.concat([encodeHeader(header), commit.written]), 0);
      await storage.rename(spare, join(folder, segmentName(number)));
      await storage.flushFolder(folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    const { tag } = commit.next;
    const began = decodeCursor(records[0].body);
    const kept = { header, seal, number, firstSeq, lastSeq: firstSeq - 1, end, tag, size, began };
    return new Segment(file, kept, commit.next);
  }

  fits(records: readonly JournalRecord[]): boolean {
    const sum = records.reduce((bytes, { body }) => bytes + recordBytes(body), 0);
    return this.kept.end + commitBytes(sum) <= this.kept.size;
  }

  /** One write, which flushes too. After an error the caller must not use this segment again (fsync(2) reports a failure only once). */
  async append(records: readonly JournalRecord[]): Promise<SealedRecord[]> {
    const commit = sealCommit(records, this.#next, this.kept.seal);
    await writeAll(this.#file, commit.written, this.kept.end);
    this.#next = commit.next;
    this.kept.end += commit.bytes;
    this.kept.tag = commit.next.tag;
    this.kept.lastSeq = commit.next.seq - 1;
    for (const entry of entriesOf(commit.records)) this.entries.push(entry);
    return commit.records;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
