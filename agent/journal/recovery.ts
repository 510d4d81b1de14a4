// Recovers a journal from its folder: from the youngest segment back to the oldest that is kept.
import { join } from 'node:path';
import { recordType, type SealedRecord } from './commit-format.ts';
import { type Acknowledged, type CursorRecord, decodeCursor } from './cursor-record.ts';
import { type Entry, entriesOf, type Position } from './entry.ts';
import { isTampering, JournalError, toJournalError } from './journal-error.ts';
import { quarantineOf, setAside } from './quarantine.ts';
import { followChain, type SegmentChain } from './segment-chain.ts';
import { type Owner, readBytes, readSegmentFiles, type SegmentFile } from './segment-files.ts';
import { noTag, type SegmentEnd, segmentName } from './segment-format.ts';
import type { Storage } from './storage.ts';

/** A segment that is kept. `lastSeq` is `firstSeq - 1` where it has no entry. */
export interface KeptSegment extends SegmentFile {
  number: number;
  firstSeq: number;
  lastSeq: number;
  /** Where its chain ends, in bytes from its beginning, and the tag of its last commit. */
  end: number;
  tag: Buffer;
  /** Bytes of its file. */
  size: number;
  /** The hub's cursor when it began. */
  began: Acknowledged;
}

export interface Recovered {
  /** By rising number: the last is the youngest. */
  segments: KeptSegment[];
  /** The youngest segment's file, and whether the medium has it so. Undefined where there is no segment. */
  youngest: { bytes: Buffer; isPastCache: boolean } | undefined;
  /** Numbers of segment files that the chain does not need. Each was verified like the youngest. */
  leftovers: number[];
  last: Position;
  cursor: CursorRecord;
  /** Body of the youngest checkpoint, and all entries after it. */
  checkpoint: Buffer | undefined;
  entries: Entry[];
}

const nothing = (firstSeq = 1): Recovered => ({
  segments: [],
  youngest: undefined,
  leftovers: [],
  last: { seq: firstSeq - 1, tag: noTag },
  cursor: { seq: firstSeq - 1, tag: noTag, generation: 0, oldestSegment: 1 },
  checkpoint: undefined,
  entries: [],
});

/** `firstSeq`: number of the first entry where there is none yet. */
type RecoveryOptions = Owner & { firstSeq?: number };

/**
 * Reads and verifies all that is there. Where it was tampered with, the whole folder is moved to `quarantineOf(folder)`.
 * Errors: those of readSegmentFiles and followChain.
 */
export async function recover(storage: Storage, folder: string, owner: RecoveryOptions): Promise<Recovered> {
  const names = await storage.list(folder);
  if (!names) return nothing(owner.firstSeq);
  try {
    return await readAll(storage, folder, names, owner);
  } catch (error) {
    if (!isTampering(error)) throw toJournalError(error);
    await setAside(storage, folder, error);
    throw new JournalError(error.code, { ...error.detail, folder: quarantineOf(folder) }, error);
  }
}

async function readAll(
  storage: Storage,
  folder: string,
  names: readonly string[],
  owner: RecoveryOptions,
): Promise<Recovered> {
  const files = await readSegmentFiles(storage, folder, names, owner);
  if (files.size === 0) return nothing(owner.firstSeq);
  const youngest = Math.max(...files.keys());
  const read = async (number: number, end?: SegmentEnd, isYoungest = false) => {
    const file = files.get(number);
    if (!file) throw new JournalError('journal/cut', { segment: number });
    const read = await readFile(storage, join(folder, segmentName(number)), isYoungest);
    const chain = followChain(read.bytes, file.header, file.seal, end);
    return { segment: keptSegment(number, file, chain, read.bytes.length), records: chain.records, read };
  };
  const { segment, records, read: whole } = await read(youngest, undefined, true);
  const cursor = decodeCursor(records.findLast(is(recordType.acknowledgement))!.body);
  const segments = [segment];
  let last: Position | undefined = entriesOf(records).at(-1);
  for (let before = segment.header.previous; before.segment >= cursor.oldestSegment; ) {
    const older = await read(before.segment, before);
    last ??= entriesOf(older.records).at(-1);
    segments.unshift(older.segment);
    before = older.segment.header.previous;
  }
  const leftovers = [...files.keys()].filter(number => !segments.some(kept => kept.number === number));
  for (const number of leftovers) await read(number); // it becomes a spare: an altered one would be gone, and nobody would know
  return {
    segments,
    youngest: whole,
    leftovers,
    last: last ? { seq: last.seq, tag: last.tag } : { seq: cursor.seq, tag: cursor.tag },
    cursor,
    checkpoint: records.find(is(recordType.checkpoint))?.body,
    entries: entriesOf(records),
  };
}

const is = (type: number) => (record: SealedRecord) => record.type === type;

function keptSegment(number: number, file: SegmentFile, chain: SegmentChain, size: number): KeptSegment {
  const firstSeq = file.header.firstSeq;
  const lastSeq = entriesOf(chain.records).at(-1)?.seq ?? firstSeq - 1;
  const began = decodeCursor(chain.records.find(is(recordType.acknowledgement))!.body);
  return { ...file, number, firstSeq, lastSeq, end: chain.end, tag: chain.tag, size, began };
}

/**
 * A whole segment. `fromMedium`, for the youngest: its last commits may be in the page cache only. Where a killed agent left them
 * there, they are flushed first, because they are taken up and sent to the hub. Where a write failed, they were refused, and the
 * cache must not show them as if they were durable (fsync(2) reports a failure only once).
 */
async function readFile(
  storage: Storage,
  path: string,
  fromMedium: boolean,
): Promise<{ bytes: Buffer; isPastCache: boolean }> {
  if (!fromMedium) return { bytes: await readBytes(storage, path), isPastCache: false };
  const written = await storage.open(path);
  await written.flush().finally(() => written.close());
  const file = await storage.openPastCache(path);
  try {
    return { bytes: await file.read(0, await file.size()), isPastCache: file.isPastCache === true };
  } finally {
    await file.close();
  }
}
