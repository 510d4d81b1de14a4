// Reads CBOR, within limits, and accepts only one encoding of each value: RFC 8949, 4.2.1 (core deterministic encoding). Common
// decoders also accept duplicate keys, indefinite lengths and heads that are too long.
import { Tag } from './cbor-value.ts';
import { ProtocolError } from './error.ts';

/** Max nesting. Our messages need 7: an event inside a ledger record inside a batch. */
const maxDepth = 16;

const refuse = (why: string): never => {
  throw new ProtocolError('protocol/cbor', `Not deterministic CBOR (RFC 8949, 4.2.1): ${why}.`);
};

// a byte order mark is kept as a character: without it the text would encode to other bytes
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class CborReader {
  readonly #bytes: Buffer;
  readonly #ofBytes: (bytes: Buffer) => Buffer;
  #at = 0;
  /** Major type of the last head. */
  #major = 0;

  /** `ofBytes` gets a view of each byte string, and makes of it what is returned. */
  constructor(bytes: Buffer, ofBytes: (bytes: Buffer) => Buffer) {
    this.#bytes = bytes;
    this.#ofBytes = ofBytes;
  }

  /** Reads the one item. A map with text keys only becomes a plain object; a map with an integer key becomes a Map. */
  readAll(): unknown {
    const value = this.#item(0);
    if (this.#at !== this.#bytes.length) refuse('bytes after the end');
    return value;
  }

  #item(depth: number): unknown {
    if (depth > maxDepth) refuse(`nested deeper than ${maxDepth}`);
    const value = this.#head();
    switch (this.#major) {
      case 0:
        return value;
      case 1:
        return -1 - value;
      case 2:
        return this.#ofBytes(this.#bytes.subarray(this.#take(value), this.#at));
      case 3:
        return this.#text(this.#take(value));
      case 4:
        return this.#array(value, depth);
      case 5:
        return this.#map(value, depth);
      case 6:
        if (value !== 18 && value !== 96 && value !== 98)
          refuse('a tag other than COSE_Sign1, COSE_Encrypt and COSE_Sign');
        return new Tag(this.#item(depth + 1), value);
      default:
        return value === 22 ? null : value === 21;
    }
  }

  /** Allocates nothing by the length in the head: a head of 5 bytes can claim 2^32 items. */
  #array(length: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.#item(depth + 1));
    return items;
  }

  /** Integer keys come before text keys in this order, so the first key says which of the two it becomes. */
  #map(length: number, depth: number): unknown {
    const object: Record<string, unknown> = {};
    let map: Map<unknown, unknown> | undefined;
    let [from, to] = [0, 0];
    for (let i = 0; i < length; i++) {
      const start = this.#at;
      const key = this.#key(depth + 1);
      if (i > 0 && !this.#rises(from, to, start)) refuse('map keys out of order or twice');
      [from, to] = [start, this.#at];
      if (i === 0 && typeof key !== 'string') map = new Map();
      const item = this.#item(depth + 1);
      if (map) map.set(key, item);
      else if (key === '__proto__') define(object, key, item);
      else object[key as string] = item;
    }
    return map ?? object;
  }

  /** Whether the bytes at `later` are greater than those in [from, to). Compares byte by byte, because keys differ early. */
  #rises(from: number, to: number, later: number): boolean {
    const bytes = this.#bytes;
    for (let at = from; at < to; at++, later++)
      if (bytes[at] !== bytes[later]) return bytes[at]! < bytes[later]!;
    return false; // no encoded key is the beginning of another, so both are the same key
  }

  #key(depth: number): unknown {
    const major = (this.#bytes[this.#at] ?? 0) >> 5;
    if (major !== 0 && major !== 1 && major !== 3) refuse('map key that is neither integer nor text');
    return this.#item(depth);
  }

  #head(): number {
    const bytes = this.#bytes;
    const first = bytes[this.#at];
    if (first === undefined) return refuse('cut short');
    this.#major = first >> 5;
    const info = first & 31;
    this.#at++;
    if (this.#major === 7 && (info < 20 || info > 22))
      refuse('only false, true and null of the simple values, and no floats');
    if (info < 24) return info;
    if (info > 27) refuse('indefinite or reserved length');
    const size = 1 << (info - 24);
    if (this.#at + size > bytes.length) refuse('cut short');
    const value = size === 8 ? Number(bytes.readBigUInt64BE(this.#at)) : bytes.readUIntBE(this.#at, size);
    this.#at += size;
    // major 1 is -1 - value
    if (value > Number.MAX_SAFE_INTEGER - (this.#major === 1 ? 1 : 0)) refuse('integer beyond 2^53 - 1');
    if (value < (size === 1 ? 24 : 2 ** (4 * size))) refuse('integer or length not in its shortest form');
    return value;
  }

  #text(from: number): string {
    const bytes = this.#bytes;
    let at = from;
    while (at < this.#at && bytes[at]! < 0x80) at++;
    if (at === this.#at) return bytes.toString('latin1', from, at); // ASCII, as most of our text is
    try {
      return utf8.decode(bytes.subarray(from, this.#at));
    } catch (cause) {
      throw new ProtocolError('protocol/cbor', 'A text in the message is not UTF-8.', { cause });
    }
  }

  /** Skips `length` bytes and returns where they begin. */
  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) refuse('cut short');
    this.#at += length;
    return from;
  }
}

const define = (object: object, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
