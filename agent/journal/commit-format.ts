// One group commit: what one write and one flush make durable together. docs/journal-format.md, "Commit".
import { recordHeaderBytes, type SegmentSeal } from './seal.ts';
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

/** `seq` is an entry's own; the other types carry that of the last entry before them. */
export interface Draft {
  type: RecordType;
  seq: number;
  body: Buffer;
}

export interface SealedRecord extends Draft {
  tag: Buffer;
}

/** Where the chain stands: the next record's counter in its segment, and the last record's tag. */
export interface ChainPlace {
  counter: number;
  tag: Buffer;
}

export interface Commit {
  first: ChainPlace;
  records: SealedRecord[];
  /** A multiple of `blockBytes`. */
  bytes: number;
}

const magic = 0x4d444b43; // 'MDKC'
const commitHeaderBytes = 32;

const padded = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

/** Bytes that one body takes in a commit, before padding. */
export const recordBytes = (body: Buffer): number => recordHeaderBytes + body.length + tagBytes;
/** Bytes on the disk of a commit whose records take `sum` bytes. */
export const commitBytes = (sum: number): number => padded(commitHeaderBytes + sum);

export function sealCommit(drafts: readonly Draft[], first: ChainPlace, seal: SegmentSeal) {
  const bytes = Buffer.alloc(commitBytes(drafts.reduce((sum, draft) => sum + recordBytes(draft.body), 0)));
  bytes.writeUInt32BE(magic, 0);
  bytes.writeUInt16BE(bytes.length / blockBytes, 4);
  bytes.writeUInt16BE(drafts.length, 6);
  bytes.writeBigUInt64BE(BigInt(first.counter), 8);
  first.tag.copy(bytes, 16);
  let at = commitHeaderBytes;
  let { counter, tag } = first;
  const records = drafts.map((draft): SealedRecord => {
    const header = bytes.subarray(at, at + recordHeaderBytes);
    header.writeUInt8(draft.type, 0);
    header.writeBigUInt64BE(BigInt(draft.seq), 1);
    header.writeUInt32BE(draft.body.length, 9);
    const sealed = seal.seal(draft.body, header, counter++, tag);
    tag = sealed.tag;
    sealed.ciphertext.copy(bytes, at + recordHeaderBytes);
    tag.copy(bytes, at + recordHeaderBytes + draft.body.length);
    at += recordBytes(draft.body);
    return { ...draft, tag };
  });
  return { bytes, records };
}

/**
 * The commit that begins at `at`, or undefined where there is none of this segment, whole and unaltered.
 * Whether it is the NEXT one is the caller's question: `first` says where in the chain it was written.
 */
export function openCommit(segment: Buffer, at: number, seal: SegmentSeal): Commit | undefined {
  if (at + blockBytes > segment.length || segment.readUInt32BE(at) !== magic) return undefined;
  const bytes = segment.readUInt16BE(at + 4) * blockBytes;
  if (bytes === 0 || at + bytes > segment.length) return undefined;
  const commit = segment.subarray(at, at + bytes);
  const count = commit.readUInt16BE(6);
  const first = {
    counter: Number(commit.readBigUInt64BE(8)),
    tag: Buffer.from(commit.subarray(16, commitHeaderBytes)),
  };
  const records: SealedRecord[] = [];
  let place = commitHeaderBytes;
  let previous: Buffer = first.tag;
  for (let i = 0; i < count; i++) {
    const record = openRecord(commit, place, seal, { counter: first.counter + i, tag: previous });
    if (!record) return undefined;
    records.push(record);
    previous = record.tag;
    place += recordBytes(record.body);
  }
  const exact = count > 0 && padded(place) === bytes && isZero(commit.subarray(place));
  return exact ? { first, records, bytes } : undefined;
}

function openRecord(
  commit: Buffer,
  at: number,
  seal: SegmentSeal,
  place: ChainPlace,
): SealedRecord | undefined {
  const bodyAt = at + recordHeaderBytes;
  if (bodyAt > commit.length) return undefined;
  const header = commit.subarray(at, bodyAt);
  const tagAt = bodyAt + header.readUInt32BE(9);
  if (tagAt + tagBytes > commit.length) return undefined;
  const tag = Buffer.from(commit.subarray(tagAt, tagAt + tagBytes));
  const body = seal.open(
    { ciphertext: commit.subarray(bodyAt, tagAt), tag },
    header,
    place.counter,
    place.tag,
  );
  return body && { type: header[0] as RecordType, seq: Number(header.readBigUInt64BE(1)), body, tag };
}

const isZero = (bytes: Buffer): boolean => bytes.every(byte => byte === 0);
