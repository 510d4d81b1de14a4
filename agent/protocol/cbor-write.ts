// Writes CBOR in core deterministic encoding (RFC 8949, 4.2.1).

import { Tag, type Value } from './cbor-value.ts';
import { ProtocolError } from './error.ts';

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

interface Key {
  bytes: Buffer;
  /** The bytes as Latin-1 text, so that a comparison of texts orders keys by their bytes. */
  order: string;
}

/** Cache of encoded text keys: they are few and are used again and again. */
const knownKeys = new Map<string, Key>();
const maxKnown = 1000;

export class CborWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** A copy of what was written. */
  get written(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  write(value: Value | Tag): void {
    if (typeof value === 'number') this.#integer(value);
    else if (typeof value === 'string') this.#text(value);
    else if (value instanceof Uint8Array) {
      this.#head(major.bytes, value.byteLength);
      this.#raw(value);
    } else if (value === null || typeof value === 'boolean')
      this.#head(major.simple, value === null ? 22 : value ? 21 : 20);
    else if (Array.isArray(value)) {
      this.#head(major.array, value.length);
      for (const item of value) this.write(item);
    } else if (value instanceof Tag) {
      this.#head(major.tag, value.tag);
      this.write(value.value as Value);
    } else this.#map(value as Exclude<typeof value, readonly Value[]>);
  }

  #integer(value: number): void {
    if (!Number.isSafeInteger(value))
      throw new ProtocolError('protocol/cbor', 'Only safe integers can be encoded.');
    if (value >= 0) this.#head(major.unsigned, value);
    else this.#head(major.negative, -1 - value);
  }

  #text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#head(major.text, length);
    this.#room(length);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** Keys sorted by their encoded bytes; a field that is `undefined` is left out. */
  #map(value: ReadonlyMap<number | string, Value> | { readonly [key: string]: Value | undefined }): void {
    const fields: { key: Key; item: Value }[] = [];
    const entries = value instanceof Map ? value : Object.entries(value);
    for (const [key, item] of entries) if (item !== undefined) fields.push({ key: encodedKey(key), item });
    fields.sort((a, b) => (a.key.order < b.key.order ? -1 : 1));
    this.#head(major.map, fields.length);
    for (const { key, item } of fields) {
      this.#raw(key.bytes);
      this.write(item);
    }
  }

  #head(type: number, value: number): void {
    this.#room(9);
    const first = type << 5;
    const [bytes, at] = [this.#bytes, this.#length];
    if (value < 24) this.#length = bytes.writeUInt8(first | value, at);
    else if (value < 0x100) this.#length = bytes.writeUInt16BE(((first | 24) << 8) | value, at);
    else if (value < 0x1_0000) this.#length = bytes.writeUInt16BE(value, bytes.writeUInt8(first | 25, at));
    else if (value < 0x1_0000_0000)
      this.#length = bytes.writeUInt32BE(value, bytes.writeUInt8(first | 26, at));
    else this.#length = bytes.writeBigUInt64BE(BigInt(value), bytes.writeUInt8(first | 27, at));
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + bytes));
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}

function encodedKey(key: number | string): Key {
  const known = typeof key === 'string' ? knownKeys.get(key) : undefined;
  if (known) return known;
  const writer = new CborWriter();
  writer.write(key);
  const bytes = writer.written;
  const encoded = { bytes, order: bytes.toString('latin1') };
  if (typeof key === 'string' && knownKeys.size < maxKnown) knownKeys.set(key, encoded);
  return encoded;
}
