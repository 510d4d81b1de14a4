// Reads CBOR and lets through only one encoding of each value, within limits: RFC 8949, 4.2.1 (core deterministic
// encoding). Common decoders take duplicate keys, indefinite lengths and longer heads too.
import { Tag } from './cbor-value.ts';
import { ProtocolError } from './error.ts';

/** Deepest nesting that any message of ours needs, with room; the ledger's event inside a record inside a batch is 7. */
const deepest = 16;

const refuse = (why: string): never => {
  throw new ProtocolError('protocol/cbor', `Not deterministic CBOR (RFC 8949, 4.2.1): ${why}.`);
};

// a byte order mark is a character like any other: left out, the text would encode to other bytes
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class CborReader {
  readonly #bytes: Buffer;
  readonly #ofBytes: (bytes: Buffer) => Buffer;
  #at = 0;
  /** Type of the head that was read last. */
  #major = 0;

  /** `ofBytes` makes what is returned for a byte string, from a view of it. */
  constructor(bytes: Buffer, ofBytes: (bytes: Buffer) => Buffer) {
    this.#bytes = bytes;
    this.#ofBytes = ofBytes;
  }

  /** The one item that the bytes are. Maps with text keys are plain objects; with an integer key among them, Maps. */
  readAll(): unknown {
    const value = this.#item(0);
    if (this.#at !== this.#bytes.length) refuse('bytes after the end');
    return value;
  }

  #item(depth: number): unknown {
    if (depth > deepest) refuse(`nested deeper than ${deepest}`);
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
        if (value !== 18 && value !== 96) refuse('a tag other than COSE_Sign1 and COSE_Encrypt');
        return new Tag(this.#item(depth + 1), value);
      default:
        return value === 22 ? null : value === 21;
    }
  }

  /** Never sized by what a head claims: an array of 2^32 items that is 5 bytes long must cost nothing. */
  #array(length: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.#item(depth + 1));
    return items;
  }

  #map(length: number, depth: number): unknown {
    const keys: unknown[] = [];
    const items: unknown[] = [];
    let [from, to] = [0, 0];
    for (let i = 0; i < length; i++) {
      const start = this.#at;
      keys.push(this.#key(depth + 1));
      if (i > 0 && !this.#rises(from, to, start)) refuse('map keys out of order or twice');
      [from, to] = [start, this.#at];
      items.push(this.#item(depth + 1));
    }
    if (keys.some(key => typeof key !== 'string')) return new Map(keys.map((key, i) => [key, items[i]]));
    const object: Record<string, unknown> = {};
    for (const [i, key] of (keys as string[]).entries()) {
      if (key === '__proto__') define(object, key, items[i]);
      else object[key] = items[i];
    }
    return object;
  }

  /** Whether the bytes at `later` are above those in [from, to): byte by byte, for keys differ early. */
  #rises(from: number, to: number, later: number): boolean {
    const bytes = this.#bytes;
    for (let at = from; at < to; at++, later++)
      if (bytes[at] !== bytes[later]) return bytes[at]! < bytes[later]!;
    return false; // no encoded key is the beginning of another: this is the same one
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
    if (at === this.#at) return bytes.toString('latin1', from, at); // ASCII: most of ours is
    try {
      return utf8.decode(bytes.subarray(from, this.#at));
    } catch (cause) {
      throw new ProtocolError('protocol/cbor', 'A text in the message is not UTF-8.', cause);
    }
  }

  /** Steps over `length` bytes and returns where they begin. */
  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) refuse('cut short');
    this.#at += length;
    return from;
  }
}

const define = (object: object, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
