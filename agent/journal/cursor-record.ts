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

export function encodeCursor(cursor: CursorRecord): Buffer {
  const body = Buffer.alloc(bytes);
  body.writeBigUInt64BE(BigInt(cursor.seq), 0);
  cursor.tag.copy(body, 8);
  body.writeUInt32BE(cursor.generation, 24);
  body.writeBigUInt64BE(BigInt(cursor.oldestSegment), 28);
  return body;
}

export function decodeCursor(body: Buffer): CursorRecord {
  const tag = Buffer.alloc(tagBytes); // kept with each segment: a slice of Node's buffer pool would keep 64 KiB alive
  body.copy(tag, 0, 8, 8 + tagBytes);
  return {
    seq: Number(body.readBigUInt64BE(0)),
    tag,
    generation: body.readUInt32BE(24),
    oldestSegment: Number(body.readBigUInt64BE(28)),
  };
}
