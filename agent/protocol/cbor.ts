// CBOR as the contract speaks it: one encoding for each value, so that what is signed can be made again.
import { CborReader } from './cbor-read.ts';
import { Tag, type Value } from './cbor-value.ts';
import { CborWriter } from './cbor-write.ts';
import { ProtocolError } from './error.ts';

/**
 * Deterministic CBOR of `value` (RFC 8949, 4.2.1); a field that is `undefined` is left out.
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
 * Decodes what came from outside. `limit` is the longest message taken, in bytes.
 * Errors: protocol/size, protocol/cbor. Never returns something that `encode` would write otherwise.
 */
export const decode = (bytes: Uint8Array, limit?: number): unknown => decodeWith(copyOf, bytes, limit);

/** The same, but bytes in it are views of `bytes`, not copies: zeroed there, they are zeroed everywhere. */
export const decodeInPlace = (bytes: Uint8Array, limit?: number): unknown => decodeWith(viewOf, bytes, limit);

function decodeWith(ofBytes: OfBytes, bytes: Uint8Array, limit = 1 << 20): unknown {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength > limit)
    throw new ProtocolError('protocol/size', `A message of ${byteLength} bytes; the limit is ${limit}.`);
  return new CborReader(Buffer.from(buffer, byteOffset, byteLength), ofBytes).readAll();
}

export { Tag, type Value };
