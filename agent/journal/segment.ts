// The segment that is being written. It takes commits until one fails or none fits; then it is never written again.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type Draft,
  recordBytes,
  recordType,
  commitBytes as roundUp,
  type SealedRecord,
  sealCommit,
} from './commit-format.ts';
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
  number: number;
  firstSeq: number;
  /** Bytes of the spare file. */
  size: number;
  previous: SegmentEnd;
  /** The checkpoint and the hub's cursor: the first commit. */
  drafts: readonly Draft[];
}

export class Segment {
  /** What the journal keeps of it when it is closed; grows with each commit. */
  readonly kept: KeptSegment;
  /** Every entry written here. */
  readonly entries: Entry[] = [];
  private file: StorageFile;
  private counter: number;

  private constructor(file: StorageFile, kept: KeptSegment, counter: number) {
    this.file = file;
    this.kept = kept;
    this.counter = counter;
  }

  /**
   * Turns the spare file at `spare` into a segment: header and first commit are flushed BEFORE it gets its name, so
   * that a segment without a whole beginning is never a matter of bad luck.
   */
  static async begin(spare: string, options: BeginOptions): Promise<Segment> {
    const { storage, folder, owner, number, firstSeq, size, previous, drafts } = options;
    const [dataKey] = owner.dataKeys;
    const header: SegmentHeader = {
      terminal: owner.terminal,
      epoch: owner.epoch,
      number,
      firstSeq,
      size,
      previous,
      salt: randomBytes(32),
      keyId: keyIdOf(dataKey!),
    };
    const seal = new SegmentSeal(dataKey!, header);
    const { bytes, records } = sealCommit(drafts, { counter: 0, tag: previous.tag }, seal);
    const end = blockBytes + bytes.length;
    const file = await storage.open(spare);
    try {
      await writeAll(file, Buffer.concat([encodeHeader(header), bytes]), 0);
      await file.flush();
      await storage.rename(spare, join(folder, segmentName(number)));
      await storage.flushFolder(folder);
    } catch (error) {
      await file.close();
      throw error;
    }
    const tag = records.at(-1)!.tag;
    const kept = { header, seal, number, firstSeq, lastSeq: firstSeq - 1, end, tag, size };
    return new Segment(file, kept, records.length);
  }

  fits(drafts: readonly Draft[]): boolean {
    const sum = drafts.reduce((bytes, draft) => bytes + recordBytes(draft.body), 0);
    return this.kept.end + roundUp(sum) <= this.kept.size;
  }

  /** One write and one flush. After an error the caller must not use this segment again (fsync(2) fails only once). */
  async append(drafts: readonly Draft[]): Promise<SealedRecord[]> {
    const { bytes, records } = sealCommit(
      drafts,
      { counter: this.counter, tag: this.kept.tag },
      this.kept.seal,
    );
    await writeAll(this.file, bytes, this.kept.end);
    await this.file.flush();
    this.kept.end += bytes.length;
    this.counter += records.length;
    this.kept.tag = records.at(-1)!.tag;
    this.kept.lastSeq =
      records.findLast(record => record.type === recordType.entry)?.seq ?? this.kept.lastSeq;
    for (const entry of entriesOf(records)) this.entries.push(entry);
    return records;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
