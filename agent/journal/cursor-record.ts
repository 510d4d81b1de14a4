// The hub's cursor as the journal stores it: docs/journal-format.md, "Commit".
import { tagBytes } from './segment-format.ts';

/** The last entry up to which the hub's ledger durably has everything; seq 0 and a zero tag: nothing yet. */
export interface Acknowledged {
  seq: number;
  tag: Buffer;
  /** The hub's generation: it rises when the hub was restored from a backup. 0: the hub never acknowledged. */
  generation: number;
}

export interface CursorRecord extends Acknowledged {
  /** Segments below this number may have been removed. */
  oldestSegment: number;
}

const bytes = 20 + tagBytes;
/** Above this generation the cursor has a form of its own, 4 bytes longer. */
const maxShort = 0xffffffff;

export function encodeCursor(cursor: CursorRecord): Buffer {
  const { seq, tag, generation, oldestSegment } = cursor;
  const isLong = generation > maxShort;
  const body = Buffer.alloc(isLong ? bytes + 4 : bytes);
  body.writeBigUInt64BE(BigInt(seq), 0);
  tag.copy(body, 8);
  if (isLong) body.writeBigUInt64BE(BigInt(generation), 24);
  else body.writeUInt32BE(generation, 24);
  body.writeBigUInt64BE(BigInt(oldestSegment), body.length - 8);
  return body;
}

export function decodeCursor(body: Buffer): CursorRecord {
  const tag = Buffer.alloc(tagBytes); // kept with each segment: a slice of Node's buffer pool would keep 64 KiB alive
  body.copy(tag, 0, 8, 8 + tagBytes);
  return {
    seq: Number(body.readBigUInt64BE(0)),
    tag,
    generation: body.length > bytes ? Number(body.readBigUInt64BE(24)) : body.readUInt32BE(24),
    oldestSegment: Number(body.readBigUInt64BE(body.length - 8)),
  };
}
