// What a folder holds after whatever happened to it: from its youngest segment back to the oldest that is still kept.
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

/** A segment that is kept. `lastSeq` is `firstSeq - 1` where it holds no entry. */
export interface KeptSegment extends SegmentFile {
  number: number;
  firstSeq: number;
  lastSeq: number;
  /** Bytes up to which its chain reaches, and the tag of its last commit. */
  end: number;
  tag: Buffer;
  /** Bytes of its file. */
  size: number;
  /** The hub's cursor when it began. */
  began: Acknowledged;
}

export interface Recovered {
  /** By rising number; the last is the youngest. */
  segments: KeptSegment[];
  /** Segment files that no chain needs any more. */
  leftovers: number[];
  last: Position;
  cursor: CursorRecord;
  /** Body of the youngest checkpoint, and every entry behind it. */
  checkpoint: Buffer | undefined;
  entries: Entry[];
}

const nothing = (): Recovered => ({
  segments: [],
  leftovers: [],
  last: { seq: 0, tag: noTag },
  cursor: { seq: 0, tag: noTag, generation: 0, oldestSegment: 1 },
  checkpoint: undefined,
  entries: [],
});

/**
 * Reads and verifies everything that is kept. Tampering moves the whole folder aside, to `quarantineOf(folder)`.
 * Errors: journal/quarantined (a folder waits there already), those of readSegmentFiles and followChain.
 */
export async function recover(storage: Storage, folder: string, owner: Owner): Promise<Recovered> {
  if (await storage.list(quarantineOf(folder)))
    throw new JournalError('journal/quarantined', { folder: quarantineOf(folder) });
  const names = await storage.list(folder);
  if (!names) return nothing();
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
  owner: Owner,
): Promise<Recovered> {
  const files = await readSegmentFiles(storage, folder, names, owner);
  if (files.size === 0) return nothing();
  const youngest = Math.max(...files.keys());
  const read = async (number: number, end?: SegmentEnd): Promise<[KeptSegment, SegmentChain]> => {
    const file = files.get(number);
    if (!file) throw new JournalError('journal/cut', { segment: number });
    const bytes = await readBytes(storage, join(folder, segmentName(number)));
    const chain = followChain(bytes, file.header, file.seal, end);
    return [keptSegment(number, file, chain, bytes.length), chain];
  };
  // What a killed agent left in the page cache is read here and may be told to the hub: it has to be on the disk first.
  await flushFile(storage, join(folder, segmentName(youngest)));
  const [segment, { records }] = await read(youngest);
  const cursor = decodeCursor(records.findLast(is(recordType.acknowledgement))!.body);
  const segments = [segment];
  let last: Position | undefined = entriesOf(records).at(-1);
  for (let before = segment.header.previous; before.segment >= cursor.oldestSegment; ) {
    const [older, chain] = await read(before.segment, before);
    last ??= entriesOf(chain.records).at(-1);
    segments.unshift(older);
    before = older.header.previous;
  }
  return {
    segments,
    leftovers: [...files.keys()].filter(number => !segments.some(kept => kept.number === number)),
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

async function flushFile(storage: Storage, path: string): Promise<void> {
  const file = await storage.open(path);
  try {
    await file.flush();
  } finally {
    await file.close();
  }
}
