// The journal on segments: counts entries, asks for checkpoints, checks the hub's cursor against our own tags.
import { dirname } from 'node:path';
import {
  commitBytes,
  type JournalRecord,
  recordBytes,
  recordType,
  type SealedRecord,
} from './commit-format.ts';
import { type Acknowledged, type CursorRecord, decodeCursor, encodeCursor } from './cursor-record.ts';
import { type Entry, entriesOf, type Position } from './entry.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { GroupCommit } from './group-commit.ts';
import type { Checkpoint, Journal, JournalHealth } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { type Recovered, recover } from './recovery.ts';
import { oldestKept } from './retention.ts';
import type { Owner } from './segment-files.ts';
import { noTag } from './segment-format.ts';
import { limitsOf, SegmentLog } from './segment-log.ts';
import { nodeStorage, type Storage } from './storage.ts';

export interface JournalOptions extends Owner {
  /** The journal's own folder; made where there is none. Its parent must be there. */
  folder: string;
  /** Asked at the beginning of each segment, and before segments are given up. Must not throw. */
  checkpoint: () => Checkpoint;
  storage?: Storage;
  /** Bytes of a segment, a multiple of 4096, from 64 KiB. Default 1 MiB. */
  segmentBytes?: number;
  /** Most bytes of all files. Default 64 MiB. */
  budgetBytes?: number;
  /** Segments made in advance, the reserve. Default 4. */
  reserveSegments?: number;
  /** What happens where the budget has no room: nothing more is taken, or the oldest segment goes. Default 'refuse'. */
  whenFull?: 'refuse' | 'dropOldest';
  /** Acknowledged segments are kept up to this many bytes, for a hub restored from a backup. Default budget / 4. */
  keepBytes?: number;
}

/**
 * Opens, verifies and recovers. Nothing is written to a segment before the first append or acknowledgement.
 * Errors: journal/inUse, journal/quarantined, journal/wrongKey, and one code for each way of tampering (journal-error.ts).
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const lock = lockFolder(options.folder);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(options: JournalOptions, lock: FolderLock): Promise<Journal> {
  const { folder, storage = nodeStorage, segmentBytes = 1 << 20, budgetBytes = 64 << 20 } = options;
  const recovered = await recover(storage, folder, options);
  await storage.makeFolder(folder);
  await storage.flushFolder(dirname(folder));
  const log = new SegmentLog(
    {
      storage,
      folder,
      owner: options,
      segmentBytes,
      budgetBytes,
      reserveSegments: options.reserveSegments ?? 4,
    },
    recovered,
  );
  await log.prepare((await storage.list(folder)) ?? []);
  const { keepBytes = budgetBytes / 4, whenFull = 'refuse', checkpoint } = options;
  return new SealedJournal(log, lock, recovered, {
    checkpoint,
    keepBytes,
    budgetBytes,
    segmentBytes,
    whenFull,
    ...limitsOf(segmentBytes),
  });
}

interface Settings {
  checkpoint: () => Checkpoint;
  keepBytes: number;
  budgetBytes: number;
  segmentBytes: number;
  whenFull: 'refuse' | 'dropOldest';
  commitBytes: number;
  bodyBytes: number;
}

class SealedJournal implements Journal {
  readonly recovered: Journal['recovered'];
  last: Position;
  private cursor: CursorRecord;
  private log: SegmentLog;
  private lock: FolderLock;
  private settings: Settings;
  private commits: GroupCommit<JournalRecord, SealedRecord>;
  private listeners = new Set<(entry: Entry) => void>();
  private cursorWork = Promise.resolve();
  private closed: Promise<void> | undefined;
  private dropped = 0;

  constructor(log: SegmentLog, lock: FolderLock, recovered: Recovered, settings: Settings) {
    this.log = log;
    this.lock = lock;
    this.settings = settings;
    this.recovered = { checkpoint: recovered.checkpoint, entries: recovered.entries };
    this.last = recovered.last;
    this.cursor = recovered.cursor;
    this.commits = new GroupCommit<JournalRecord, SealedRecord>(
      items => this.write(items),
      ({ body }) => recordBytes(body),
      settings.commitBytes - commitBytes(0),
    );
  }

  get acknowledged(): Acknowledged {
    const { seq, tag, generation } = this.cursor;
    return { seq, tag, generation };
  }

  get oldest(): number {
    return this.log.segments[0]?.firstSeq ?? this.last.seq + 1;
  }

  async health(): Promise<JournalHealth> {
    if (!this.closed) await this.tryAgain();
    const { usedBytes, spares, failure } = this.log;
    const { budgetBytes } = this.settings;
    return {
      usedBytes,
      budgetBytes,
      reserveReached: spares.failure !== undefined,
      failure,
      dropped: this.dropped,
    };
  }

  async append(body: Buffer): Promise<Position> {
    if (this.closed) throw new JournalError('journal/closed');
    if (body.length > this.settings.bodyBytes) throw new JournalError('journal/size', { bytes: body.length });
    const { seq, tag } = await this.commits.add({
      type: recordType.entry,
      body: Buffer.from(body), // the caller may use its buffer again
    });
    return { seq, tag };
  }

  async read(afterSeq: number, { limit }: { limit: number }): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const segment of [...this.log.segments]) {
      if (segment.lastSeq <= afterSeq) continue;
      if (entries.length === 0 && segment.firstSeq > afterSeq + 1) throw new JournalError('journal/recycled');
      const skip = Math.max(0, afterSeq + 1 - segment.firstSeq);
      const found = await this.log.entriesOf(segment);
      entries.push(...found.slice(skip, skip + limit - entries.length));
      if (entries.length >= limit) break;
    }
    return entries;
  }

  acknowledge(cursor: Acknowledged): Promise<void> {
    return this.inTurn(() => this.moveCursor(cursor));
  }

  private async moveCursor(cursor: Acknowledged): Promise<void> {
    if (this.closed) throw new JournalError('journal/closed');
    const { seq, generation } = cursor;
    if (generation < this.cursor.generation) throw new JournalError('journal/oldGeneration', { generation });
    if (seq > this.last.seq) throw new JournalError('journal/rolledBack', { hub: seq, here: this.last.seq });
    const newer = generation > this.cursor.generation;
    const [oldest] = this.log.segments;
    if (newer && oldest && seq + 1 < oldest.firstSeq)
      throw new JournalError('journal/recycled', { hub: seq });
    if (seq < this.cursor.seq && !newer) return;
    const tag = await this.tagAt(seq);
    if (!tag.equals(cursor.tag)) throw new JournalError('journal/foreignAcknowledgement', { seq });
    if (seq === this.cursor.seq && !newer) return;
    const oldestSegment = Math.max(this.cursor.oldestSegment, this.oldestSegment(seq));
    const body = encodeCursor({ seq, tag, generation, oldestSegment });
    await this.commits.add({ type: recordType.acknowledgement, body });
    await this.log.recycle(oldestSegment);
  }

  /** Work on the cursor, one after the other: each is checked against what the one before left. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.cursorWork.then(work);
    this.cursorWork = turn.catch(() => undefined); // told to its own caller
    return turn;
  }

  /** After a failure: says the cursor once more, as the smallest write that shows whether the disk takes it again. */
  private async tryAgain(): Promise<void> {
    await this.log.spares.fill();
    if (!this.log.failure) return;
    const probe = async () => {
      await this.commits.add({ type: recordType.acknowledgement, body: encodeCursor(this.cursor) });
    };
    await this.inTurn(probe).catch(() => undefined); // told as `failure`
  }

  onAppend(listener: (entry: Entry) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async end(): Promise<void> {
    try {
      if (this.log.writing) await this.commits.add({ type: recordType.closed, body: Buffer.alloc(0) });
      await this.commits.idle();
    } finally {
      await this.log.close();
      this.lock.release();
    }
  }

  /** Called by the group commit, one group at a time. */
  private async write(items: JournalRecord[]): Promise<SealedRecord[]> {
    const records = await this.log.append(items, () => this.beginning());
    for (const record of records)
      if (record.type === recordType.acknowledgement) this.cursor = decodeCursor(record.body);
    for (const entry of entriesOf(records)) {
      this.last = { seq: entry.seq, tag: entry.tag };
      for (const listener of this.listeners) listener(entry);
    }
    if (this.settings.whenFull === 'dropOldest') await this.log.recycle(this.cursor.oldestSegment);
    return records;
  }

  /** Says that the oldest segment is given up, where the budget has no room for the spare after this one. */
  private dropOldest(): void {
    const { whenFull, budgetBytes, segmentBytes } = this.settings;
    const [oldest, next] = this.log.segments;
    const full = this.log.usedBytes + segmentBytes > budgetBytes;
    if (whenFull === 'refuse' || !full || !oldest || !next) return;
    this.dropped += Math.max(0, oldest.lastSeq - Math.max(oldest.firstSeq - 1, this.cursor.seq));
    this.cursor = { ...this.cursor, oldestSegment: next.number };
  }

  private beginning(): JournalRecord[] {
    this.dropOldest();
    const { body } = this.settings.checkpoint();
    if (body.length > this.settings.bodyBytes) throw new JournalError('journal/size', { bytes: body.length });
    return [
      { type: recordType.acknowledgement, body: encodeCursor(this.cursor) },
      { type: recordType.checkpoint, body },
    ];
  }

  private oldestSegment(acknowledged: number): number {
    const { checkpoint, keepBytes } = this.settings;
    const { oldestOpen = Infinity } = checkpoint();
    return oldestKept(this.log.segments, Math.min(acknowledged + 1, oldestOpen), keepBytes);
  }

  private async tagAt(seq: number): Promise<Buffer> {
    if (seq === 0) return noTag;
    if (seq === this.last.seq) return this.last.tag;
    if (seq === this.cursor.seq) return this.cursor.tag;
    const [entry] = await this.read(seq - 1, { limit: 1 });
    return entry!.tag;
  }
}
