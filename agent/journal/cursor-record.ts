// The hub's acknowledgement as the journal keeps it: docs/journal-format.md, "Commit".
import { tagBytes } from './segment-format.ts';

/** Entry up to which the hub's ledger has everything for good; seq 0 and a zero tag: nothing yet. */
export interface Acknowledged {
  seq: number;
  tag: Buffer;
  /** The hub's own; rises when it was restored from a backup. 0: it never acknowledged. */
  generation: number;
}

export interface CursorRecord extends Acknowledged {
  /** Segments below this number may be gone. */
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
  const tag = Buffer.alloc(tagBytes); // kept with each segment: out of Node's pool it would keep 64 KiB of that
  body.copy(tag, 0, 8, 8 + tagBytes);
  return {
    seq: Number(body.readBigUInt64BE(0)),
    tag,
    generation: body.readUInt32BE(24),
    oldestSegment: Number(body.readBigUInt64BE(28)),
  };
}
