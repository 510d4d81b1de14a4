// CBOR as the contract speaks it: one encoding for each value, so that what is signed can be made again.
// this entry, because the main one loads a native addon where it finds one (kriszyp/cbor-x#27)
import { Decoder, Encoder, Tag } from 'cbor-x/encode';
import { scan } from './cbor-scan.ts';
import { ProtocolError } from './error.ts';

const encoder = new Encoder({
  useRecords: false,
  mapsAsObjects: false,
  variableMapSize: true,
  tagUint8Array: false,
});
const decoder = new Decoder({ useRecords: false, mapsAsObjects: false });

/** What a message is made of. Integers only; a map has text keys (objects) or integer keys (Map, COSE headers). */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<number | string, Value>
  | { readonly [key: string]: Value | undefined };

/** Sorts map keys by their encoded bytes (RFC 8949, 4.2.1); a field that is `undefined` is left out. */
function ordered(value: Value | Tag): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw new ProtocolError('protocol/cbor', 'Only safe integers can be encoded.');
    // cbor-x writes a number beyond 32 bits as a float, and every bigint in 64
    return value > 0xffffffff || value < -0x1_0000_0000 ? BigInt(value) : value;
  }
  if (value instanceof Uint8Array) return viewOf(value);
  if (value instanceof Tag) return new Tag(ordered(value.value as Value), value.tag);
  if (Array.isArray(value)) return value.map(item => ordered(item as Value));
  const entries = value instanceof Map ? [...value] : Object.entries(value as Record<string, Value>);
  return new Map(
    entries
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [encode(key), ordered(key), ordered(item)] as const)
      .sort((a, b) => Buffer.compare(a[0], b[0]))
      .map(([, key, item]) => [key, item]),
  );
}

/** Deterministic CBOR of `value` (RFC 8949, 4.2.1). Errors: protocol/cbor for floats and unsafe integers. */
export function encode(value: Value | Tag): Buffer {
  // a copy: the encoder's own buffer is shared and would be written over
  return Buffer.from(encoder.encode(ordered(value)));
}

type OfBytes = (bytes: Uint8Array) => Buffer;
const copyOf: OfBytes = bytes => Buffer.from(bytes);
const viewOf: OfBytes = bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Maps with text keys become plain objects; maps with integer keys stay Maps; a tag stays a Tag. */
function plain(value: unknown, ofBytes: OfBytes): unknown {
  if (value instanceof Tag) return new Tag(plain(value.value, ofBytes), value.tag);
  if (Array.isArray(value)) return value.map(item => plain(item, ofBytes));
  if (value instanceof Uint8Array) return ofBytes(value);
  if (typeof value === 'bigint') return Number(value); // safe: the scan let through nothing above 2^53
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, item]) => [plain(key, ofBytes), plain(item, ofBytes)] as const);
  if (entries.some(([key]) => typeof key !== 'string')) return new Map(entries);
  return Object.fromEntries(entries);
}

/**
 * Decodes what came from outside. `limit` is the longest message taken, in bytes.
 * Errors: protocol/size, protocol/cbor. Never returns something that `encode` would write otherwise.
 */
export const decode = (bytes: Uint8Array, limit?: number): unknown => decodeWith(copyOf, bytes, limit);

/** The same, but bytes in it are views of `bytes`, not copies: zeroed there, they are zeroed everywhere. */
export const decodeInPlace = (bytes: Uint8Array, limit?: number): unknown => decodeWith(viewOf, bytes, limit);

function decodeWith(ofBytes: OfBytes, bytes: Uint8Array, limit = 1 << 20): unknown {
  if (bytes.byteLength > limit)
    throw new ProtocolError(
      'protocol/size',
      `A message of ${bytes.byteLength} bytes; the limit is ${limit}.`,
    );
  const buffer = viewOf(bytes);
  scan(buffer);
  return plain(decoder.decode(buffer), ofBytes);
}

export { Tag };
