// An open journal on its segments: numbers entries, asks for checkpoints, compares the hub's cursor with our own tags.
import type { Clock } from '../../drivers/base/clock.ts';
import {
  commitBytes,
  type JournalRecord,
  maxRecords,
  recordBytes,
  recordType,
  type SealedRecord,
} from './commit-format.ts';
import type { Acknowledged } from './cursor-record.ts';
import { type Entry, entriesOf, type Position } from './entry.ts';
import { GroupCommit } from './group-commit.ts';
import { HubCursor } from './hub-cursor.ts';
import type { Checkpoint, Journal, JournalHealth } from './journal.ts';
import { JournalError } from './journal-error.ts';
import type { Recovered } from './recovery.ts';
import { oldestKept, toDrop } from './retention.ts';
import { noTag } from './segment-format.ts';
import type { SegmentLog } from './segment-log.ts';

/** How long a cursor may wait for a commit that saves it, in ms. So the many acknowledgements of a drain share one flush. */
const saveWithinMs = 1000;

export interface Settings {
  clock: Clock;
  dropsOldest: boolean;
  segmentBytes: number;
  checkpoint: () => Checkpoint;
  keepBytes: number;
  budgetBytes: number;
  commitBytes: number;
  bodyBytes: number;
}

export class SealedJournal implements Journal {
  readonly recovered: Journal['recovered'];
  last: Position;
  #cursor: HubCursor;
  #log: SegmentLog;
  #unlock: () => Promise<void>;
  #settings: Settings;
  #commits: GroupCommit<JournalRecord, SealedRecord>;
  #listeners = new Set<(entry: Entry) => void>();
  #cursorWork: Promise<unknown> = Promise.resolve();
  #saving = false;
  #dropped = 0;
  #ending = new AbortController();
  #closed: Promise<void> | undefined;

  /** `unlock`: ends every change of the folder, and releases its lock. */
  constructor(log: SegmentLog, unlock: () => Promise<void>, recovered: Recovered, settings: Settings) {
    this.#log = log;
    this.#unlock = unlock;
    this.#settings = settings;
    this.recovered = { checkpoint: recovered.checkpoint, entries: recovered.entries };
    this.last = recovered.last;
    this.#cursor = new HubCursor(recovered.cursor);
    // each commit saves an unsaved cursor, and the first commit of a segment records what is dropped
    log.makesRoom = () => settings.dropsOldest || this.#cursor.makesRoom;
    this.#commits = new GroupCommit<JournalRecord, SealedRecord>(
      items => this.#write(items),
      ({ body }) => recordBytes(body),
      // leaves room for the cursor, which may be added to any group
      { items: maxRecords - 1, sum: settings.commitBytes - commitBytes(0) },
    );
  }

  get oldest(): number {
    return this.#log.segments[0]?.firstSeq ?? this.last.seq + 1;
  }

  get acknowledged(): Acknowledged {
    const { seq, tag, generation } = this.#cursor.now;
    return { seq, tag, generation };
  }

  async health(): Promise<JournalHealth> {
    if (!this.#closed) await this.#tryAgain();
    const { usedBytes, spares, failure } = this.#log;
    const { budgetBytes } = this.#settings;
    const dropped = this.#dropped;
    const short = spares.failure;
    return { usedBytes, budgetBytes, dropped, reserveReached: short !== undefined, short, failure };
  }

  async append(body: Buffer): Promise<Position> {
    if (this.#closed) throw new JournalError('journal/closed');
    if (body.length > this.#settings.bodyBytes)
      throw new JournalError('journal/size', { bytes: body.length });
    const { seq, tag } = await this.#commits.add({
      type: recordType.entry,
      body: Buffer.from(body), // the caller may reuse its buffer
    });
    return { seq, tag };
  }

  async read(afterSeq: number, { limit }: { limit: number }): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const segment of [...this.#log.segments]) {
      if (segment.lastSeq <= afterSeq) continue;
      if (entries.length === 0 && segment.firstSeq > afterSeq + 1) throw new JournalError('journal/recycled');
      const skip = Math.max(0, afterSeq + 1 - segment.firstSeq);
      const found = await this.#log.entriesOf(segment);
      entries.push(...found.slice(skip, skip + limit - entries.length));
      if (entries.length >= limit) break;
    }
    return entries;
  }

  acknowledge(cursor: Acknowledged): Promise<boolean> {
    return this.#inTurn(() => this.#moveCursor(cursor));
  }

  async #moveCursor(cursor: Acknowledged): Promise<boolean> {
    if (this.#closed) throw new JournalError('journal/closed');
    const { seq, generation } = cursor;
    const now = this.#cursor.now;
    const { dropsOldest } = this.#settings;
    if (seq > this.last.seq) throw new JournalError('journal/rolledBack', { hub: seq, here: this.last.seq });
    const isOther = generation !== now.generation;
    if (dropsOldest && seq + 1 < this.oldest) return false; // it was dropped: there is nothing to compare the cursor with
    if (seq < now.seq && !isOther) return false;
    if (seq + 1 < this.oldest) throw new JournalError('journal/recycled', { hub: seq });
    const tag = await this.#tagAt(seq, cursor.tag);
    if (!tag.equals(cursor.tag)) throw new JournalError('journal/foreignAcknowledgement', { seq });
    if (seq !== now.seq || isOther) {
      // asked only now: a segment that began during the look-up of the tag may have given the oldest one up
      const oldestSegment = Math.max(this.#cursor.now.oldestSegment, this.#oldestSegment(seq));
      this.#cursor.now = { seq, tag, generation, oldestSegment };
    }
    if (this.#cursor.makesRoom) await this.#saveCursor();
    else if (this.#cursor.isUnsaved) this.#saveCursorSoon();
    return true;
  }

  /** Saves the cursor, and gives up the segments that it frees. */
  async #saveCursor(): Promise<void> {
    await this.#commits.add(this.#cursor.toSave().record);
    await this.#log.recycle(this.#cursor.oldestSaved);
  }

  #saveCursorSoon(): void {
    if (this.#saving) return;
    this.#saving = true;
    const { clock } = this.#settings;
    clock.sleep(saveWithinMs, this.#ending.signal).then(
      () => {
        this.#saving = false;
        const save = async () => (this.#cursor.isUnsaved ? this.#saveCursor() : undefined);
        this.#inTurn(save).catch(() => undefined); // kept as `failure`
      },
      () => undefined, // the journal was closed, which saved it
    );
  }

  /** Runs work on the cursor one after the other: each is compared with the result of the previous one. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#cursorWork.then(work);
    this.#cursorWork = turn.catch(() => undefined); // its own caller gets the error
    return turn;
  }

  /** After a failure: writes the cursor once more. It is the smallest write that shows whether the disk works again. */
  async #tryAgain(): Promise<void> {
    await this.#log.recycle(this.#cursor.oldestSaved); // segments that a commit freed which saved the cursor
    await this.#log.spares.fill();
    if (!this.#log.failure) return;
    await this.#inTurn(() => this.#saveCursor()).catch(() => undefined); // kept as `failure`
  }

  onAppend(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    await this.#cursorWork; // else it could begin a segment after the lock was released
    try {
      const closed = { type: recordType.closed, body: Buffer.alloc(0) };
      // where this fails, only a cursor is lost, which the hub acknowledges again
      if (this.#log.writing || this.#cursor.isUnsaved) await this.#commits.add(closed).catch(() => undefined);
      await this.#commits.idle();
    } finally {
      await this.#log.close().finally(() => this.#unlock());
    }
  }

  /** Writes one group; called by the group commit, one at a time. */
  async #write(items: JournalRecord[]): Promise<SealedRecord[]> {
    let cursor = this.#cursor.toSave();
    const isCursor = ({ type }: JournalRecord) => type === recordType.acknowledgement;
    const joins = this.#cursor.isUnsaved && !items.some(isCursor);
    // evaluated late: a cursor from before the segment began may name an older segment
    const now = () => [
      ...items.map(item => (isCursor(item) ? cursor.record : item)),
      ...(joins ? [cursor.record] : []),
    ];
    const records = await this.#log.append(now, () => {
      this.#dropOldest();
      cursor = this.#cursor.toSave();
      return this.#beginning(cursor.record);
    });
    cursor.saved();
    for (const entry of entriesOf(records)) {
      this.last = { seq: entry.seq, tag: entry.tag };
      for (const listener of this.#listeners) listener(entry);
    }
    if (this.#settings.dropsOldest) await this.#log.recycle(this.#cursor.oldestSaved);
    return records;
  }

  /**
   * Where the budget has no room for one more spare, the segment that begins now records that the oldest ones are dropped: as
   * many as needed, because a segment that was truncated at a start frees little.
   */
  #dropOldest(): void {
    const { dropsOldest, budgetBytes, segmentBytes } = this.#settings;
    if (!dropsOldest) return;
    const { now } = this.#cursor;
    const tooMuch = this.#log.usedBytes + segmentBytes - budgetBytes;
    const { oldestSegment, entries } = toDrop(this.#log.segments, tooMuch, now);
    this.#dropped += entries;
    if (oldestSegment > now.oldestSegment) this.#cursor.now = { ...now, oldestSegment };
  }

  #beginning(cursor: JournalRecord): [JournalRecord, JournalRecord] {
    const { body } = this.#settings.checkpoint();
    if (body.length > this.#settings.bodyBytes)
      throw new JournalError('journal/size', { bytes: body.length });
    return [cursor, { type: recordType.checkpoint, body }];
  }

  #oldestSegment(acknowledged: number): number {
    const { checkpoint, keepBytes } = this.#settings;
    const { oldestOpen = Infinity } = checkpoint();
    return oldestKept(this.#log.segments, Math.min(acknowledged + 1, oldestOpen), keepBytes);
  }

  /**
   * Tags that the oldest kept segment knows for the entry before it: the tag of the last commit, which is the entry's own
   * unless that commit had no entry, and the tag with which the hub acknowledged the entry.
   */
  #beforeOldest(): Buffer[] {
    const [oldest] = this.#log.segments;
    if (!oldest) return [];
    const { header, began, firstSeq } = oldest;
    return [header.previous.tag, ...(began.seq + 1 === firstSeq ? [began.tag] : [])];
  }

  /** `expected`: the tag that the hub named. */
  async #tagAt(seq: number, expected: Buffer): Promise<Buffer> {
    if (seq === 0) return noTag;
    if (seq + 1 === this.oldest && this.#beforeOldest().some(tag => tag.equals(expected))) return expected;
    if (seq === this.last.seq) return this.last.tag;
    if (seq === this.#cursor.now.seq) return this.#cursor.now.tag;
    const [entry] = await this.read(seq - 1, { limit: 1 });
    return entry!.tag;
  }
}
