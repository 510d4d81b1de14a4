// One group commit: what one write and one flush make durable together, sealed as one. docs/journal-format.md, "Commit".
import type { SegmentSeal } from './seal.ts';
import { blockBytes, tagBytes } from './segment-format.ts';

export const recordType = {
  /** What `append` was given. */
  entry: 1,
  /** State of the open transactions after every entry before it. */
  checkpoint: 2,
  /** The hub's cursor, and the oldest segment that is still kept. */
  acknowledgement: 3,
  /** Clean end: nothing was being written when the agent stopped. */
  closed: 4,
} as const;
export type RecordType = (typeof recordType)[keyof typeof recordType];

export interface JournalRecord {
  type: RecordType;
  body: Buffer;
}

/** `seq` is an entry's own; the other types carry that of the last entry before them. `tag` is that of its commit. */
export interface SealedRecord extends JournalRecord {
  seq: number;
  tag: Buffer;
}

/** Where the chain stands: number of the next commit in its segment, of the next entry, and the last commit's tag. */
export interface ChainPlace {
  counter: number;
  seq: number;
  tag: Buffer;
}

export interface Commit {
  first: ChainPlace;
  /** Where the chain stands behind it. */
  next: ChainPlace;
  records: SealedRecord[];
  /** On the disk: a multiple of `blockBytes`. */
  bytes: number;
}

const magic = 0x4d444b43; // 'MDKC'
export const commitHeaderBytes = 48;
const recordHeaderBytes = 5;

const padded = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Bytes that one body takes in a commit, before padding. */
export const recordBytes = (body: Buffer): number => recordHeaderBytes + body.length;
/** Bytes on the disk of a commit whose records take `sum` bytes. */
export const commitBytes = (sum: number): number => padded(commitHeaderBytes + sum + tagBytes);

/** At least one record. `bytes` is what to write. */
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

/** The records with their numbers, and where the chain stands behind them. */
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

/** A commit as it shows without a key: `ciphertext` and `header` are views. */
export interface CommitFrame {
  first: ChainPlace;
  header: Buffer;
  ciphertext: Buffer;
  /** How many records it says that it has, entries and others. */
  count: number;
  tag: Buffer;
  /** On the disk: a multiple of `blockBytes`. */
  bytes: number;
}

/** What has the shape of a whole commit at `at`, whoever sealed it; undefined where nothing has. */
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
 * The commit that begins at `at`, or undefined where there is none of this segment, whole and unaltered.
 * Whether it is the NEXT one is the caller's question: `first` says where in the chain it was written.
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

/** Not a view: a view would keep the whole segment in memory. */
const copy = (bytes: Buffer): Buffer => Buffer.from(bytes);

const zeros = Buffer.alloc(blockBytes);

/** `to - from` is at most a block. */
const isZero = (bytes: Buffer, from: number, to: number): boolean =>
  bytes.compare(zeros, 0, to - from, from, to) === 0;
