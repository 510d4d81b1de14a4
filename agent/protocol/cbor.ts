// The contract's CBOR: one encoding for each value, so that signed bytes can be made again from the value.
import { CborReader } from './cbor-read.ts';
import { Tag, type Value } from './cbor-value.ts';
import { CborWriter } from './cbor-write.ts';
import { ProtocolError } from './error.ts';

/**
 * Deterministic CBOR of `value` (RFC 8949, 4.2.1). A field that is `undefined` is left out.
 * Errors: protocol/cbor for floats and unsafe integers.
 */
export function encode(value: Value | Tag): Buffer {
  const writer = new CborWriter();
  writer.write(value);
  return writer.written;
}

type OfBytes = (bytes: Buffer) => Buffer;
const copyOf: OfBytes = bytes => Buffer.from(bytes);
const viewOf: OfBytes = bytes => bytes;

/**
 * Decodes bytes from outside. `limit` is the max size, in bytes; default 1 MiB.
 * Errors: protocol/size, protocol/cbor (also for every encoding that `encode` would not write).
 */
export const decode = (bytes: Uint8Array, limit?: number): unknown => decodeWith(copyOf, bytes, limit);

/** As `decode`, but byte strings in the result are views of `bytes`, not copies: zeroing `bytes` zeroes them too. */
export const decodeInPlace = (bytes: Uint8Array, limit?: number): unknown => decodeWith(viewOf, bytes, limit);

function decodeWith(ofBytes: OfBytes, bytes: Uint8Array, limit = 1 << 20): unknown {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength > limit)
    throw new ProtocolError('protocol/size', `A message of ${byteLength} bytes; the limit is ${limit}.`);
  return new CborReader(Buffer.from(buffer, byteOffset, byteLength), ofBytes).readAll();
}

export { Tag, type Value };
