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
  /** Numbers of segment files that the chain does not need. */
  leftovers: number[];
  last: Position;
  cursor: CursorRecord;
  /** Body of the youngest checkpoint, and all entries after it. */
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
 * Reads and verifies all that is kept. Where it was tampered with, the whole folder is moved to `quarantineOf(folder)`.
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
  // A killed agent may have left records in the page cache only. They are read here and sent to the hub: flush them first.
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
