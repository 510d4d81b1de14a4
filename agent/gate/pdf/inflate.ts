// Undoes deflate in one piece: zlib's own pieces would stay in memory, and only the joined content would be zeroed.
import { type InflateRaw, inflateSync } from 'node:zlib';

/** Deflate makes at most 1032 bytes of one (zlib, "Technical details"). */
const maxInflation = 1032;

export interface Inflated {
  bytes: Buffer;
  /** Bytes of the data up to the end that they name themselves. */
  readBytes: number;
}

/** `limit`: of the result, in bytes. Errors: zlib's; ERR_BUFFER_TOO_LARGE. */
export function inflate(data: Buffer, limit: number): Inflated {
  const chunkSize = Math.min(limit, data.length * maxInflation + 64);
  const options = { maxOutputLength: limit, chunkSize, info: true };
  const { buffer, engine } = inflateSync(data, options) as unknown as { buffer: Buffer; engine: InflateRaw };
  return { bytes: buffer, readBytes: engine.bytesWritten };
}
