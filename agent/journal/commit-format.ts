// One commit: the records that one write and one flush make durable together, sealed as one. docs/journal-format.md, "Commit".
import type { SegmentSeal } from './seal.ts';
import { blockBytes, tagBytes } from './segment-format.ts';

export const recordType = {
  /** A body that was given to `append`. */
  entry: 1,
  /** State of the open transactions after all entries before it. */
  checkpoint: 2,
  /** The hub's cursor, and the number of the oldest segment that is kept. */
  acknowledgement: 3,
  /** Clean end: nothing was being written when the journal was closed. */
  closed: 4,
} as const;
export type RecordType = (typeof recordType)[keyof typeof recordType];

export interface JournalRecord {
  type: RecordType;
  body: Buffer;
}

/** `seq`: an entry's own number; for the other types that of the last entry before them. `tag`: of its commit. */
export interface SealedRecord extends JournalRecord {
  seq: number;
  tag: Buffer;
}

/** A place in the chain: number of the next commit in its segment, number of the next entry, and tag of the last commit. */
export interface ChainPlace {
  counter: number;
  seq: number;
  tag: Buffer;
}

export interface Commit {
  first: ChainPlace;
  /** The place after it. */
  next: ChainPlace;
  records: SealedRecord[];
  /** On the disk: a multiple of `blockBytes`. */
  bytes: number;
}

const magic = 0x4d444b43; // 'MDKC'
export const commitHeaderBytes = 48;
const recordHeaderBytes = 5;
/** Max number of records in a commit: 16 bits count them. */
export const maxRecords = 0xffff;

const padded = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Bytes of one record in a commit, before padding. */
export const recordBytes = (body: Buffer): number => recordHeaderBytes + body.length;
/** Bytes on disk of a commit whose records take `sum` bytes. */
export const commitBytes = (sum: number): number => padded(commitHeaderBytes + sum + tagBytes);

/** Seals at least one record. `written`: the bytes to write. */
export function sealCommit(
  records: readonly JournalRecord[],
  first: ChainPlace,
  seal: SegmentSeal,
): Commit & { written: Buffer } {
  const sum = records.reduce((bytes, { body }) => bytes + recordBytes(body), 0);
  const written = Buffer.alloc(commitBytes(sum));
  const header = written.subarray(0, commitHeaderBytes);
  header.writeUInt32BE(magic, 0);
  header.writeUInt16BE(written.length / blockBytes, 4);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(first.counter, 8);
  header.writeUInt32BE(sum, 12);
  header.writeBigUInt64BE(BigInt(first.seq), 16);
  first.tag.copy(header, 32);
  const content = written.subarray(commitHeaderBytes);
  let at = 0;
  for (const { type, body } of records) {
    content[at] = type;
    content.writeUInt32BE(body.length, at + 1);
    body.copy(content, at + recordHeaderBytes);
    at += recordBytes(body);
  }
  const tag = seal.seal(content, sum, header, first.counter);
  return { ...numbered(records, first, tag), first, written, bytes: written.length };
}

/** The records with their numbers, and the place in the chain after them. */
function numbered(records: readonly JournalRecord[], { counter, seq }: ChainPlace, tag: Buffer) {
  let next = seq;
  const sealed = records.map(
    ({ type, body }): SealedRecord => ({
      type,
      body,
      seq: type === recordType.entry ? next++ : next - 1,
      tag,
    }),
  );
  return { records: sealed, next: { counter: counter + 1, seq: next, tag } };
}

/** A commit as it can be seen without a key. `ciphertext` and `header` are views. */
export interface CommitFrame {
  first: ChainPlace;
  header: Buffer;
  ciphertext: Buffer;
  /** Number of records of all types, by its header. */
  count: number;
  tag: Buffer;
  /** On the disk: a multiple of `blockBytes`. */
  bytes: number;
}

/** What the header of a commit at `at` says, whatever became of the rest. Undefined where there is no header. */
export function seemsToBegin(segment: Buffer, at: number): Pick<ChainPlace, 'counter' | 'seq'> | undefined {
  if (at + commitHeaderBytes > segment.length || segment.readUInt32BE(at) !== magic) return undefined;
  return { counter: segment.readUInt32BE(at + 8), seq: Number(segment.readBigUInt64BE(at + 16)) };
}

/** The commit at `at` by its shape alone, whoever sealed it. Undefined where there is no whole commit. */
export function frameAt(segment: Buffer, at: number): CommitFrame | undefined {
  if (at + blockBytes > segment.length || segment.readUInt32BE(at) !== magic) return undefined;
  const bytes = segment.readUInt16BE(at + 4) * blockBytes;
  const sum = segment.readUInt32BE(at + 12);
  const end = at + commitHeaderBytes + sum + tagBytes;
  if (bytes !== commitBytes(sum) || at + bytes > segment.length) return undefined;
  if (!isZero(segment, end, at + bytes)) return undefined;
  const header = segment.subarray(at, at + commitHeaderBytes);
  const first = {
    counter: header.readUInt32BE(8),
    seq: Number(header.readBigUInt64BE(16)),
    tag: copy(header.subarray(32)),
  };
  const ciphertext = segment.subarray(at + commitHeaderBytes, end - tagBytes);
  const tag = copy(segment.subarray(end - tagBytes, end));
  return { first, header, ciphertext, count: header.readUInt16BE(6), tag, bytes };
}

/**
 * The commit at `at`. Undefined where there is none of this segment that is whole and unaltered. The caller has to compare
 * `first` with the place in the chain: it says where the commit was written.
 */
export function openCommit(segment: Buffer, at: number, seal: SegmentSeal): Commit | undefined {
  const frame = frameAt(segment, at);
  if (!frame) return undefined;
  const { first, tag, bytes } = frame;
  const plain = seal.open(frame.ciphertext, frame.header, first.counter, tag);
  if (!plain) return undefined;
  const records: JournalRecord[] = [];
  for (let place = 0; place < plain.length; ) {
    const length = plain.readUInt32BE(place + 1);
    const body = plain.subarray(place + recordHeaderBytes, place + recordHeaderBytes + length);
    records.push({ type: plain[place] as RecordType, body });
    place += recordHeaderBytes + length;
  }
  return { ...numbered(records, first, tag), first, bytes };
}

/** A copy, for a view would keep the whole segment in memory. */
const copy = (bytes: Buffer): Buffer => Buffer.from(bytes);

const zeros = Buffer.alloc(blockBytes);

/** `to - from` is at most a block. */
const isZero = (bytes: Buffer, from: number, to: number): boolean =>
  bytes.compare(zeros, 0, to - from, from, to) === 0;
