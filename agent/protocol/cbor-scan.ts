// Walks CBOR before it is decoded and lets through only one encoding of each value, within limits:
// RFC 8949, 4.2.1 (core deterministic encoding). cbor-x alone accepts duplicate keys and indefinite lengths.
import { ProtocolError } from './error.ts';

/** Deepest nesting that any message of ours needs, with room; the ledger's event inside a record inside a batch is 7. */
const deepest = 16;

const refuse = (why: string): never => {
  throw new ProtocolError('protocol/cbor', `Not deterministic CBOR (RFC 8949, 4.2.1): ${why}.`);
};

interface Head {
  major: number;
  value: number;
  end: number;
}

function readHead(bytes: Buffer, at: number): Head {
  const first = bytes[at];
  if (first === undefined) return refuse('cut short');
  const major = first >> 5;
  const info = first & 31;
  if (major === 7) {
    if (info < 20 || info > 22) refuse('only false, true and null of the simple values, and no floats');
    return { major, value: info, end: at + 1 };
  }
  if (info < 24) return { major, value: info, end: at + 1 };
  if (info > 27) refuse('indefinite or reserved length');
  const size = 1 << (info - 24);
  if (at + 1 + size > bytes.length) refuse('cut short');
  const value = size === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, size);
  // major 1 is -1 - value
  if (value > Number.MAX_SAFE_INTEGER - (major === 1 ? 1 : 0)) refuse('integer beyond 2^53 - 1');
  if (value < (size === 1 ? 24 : 2 ** (4 * size))) refuse('integer or length not in its shortest form');
  return { major, value, end: at + 1 + size };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function skipString(bytes: Buffer, head: Head): number {
  const end = head.end + head.value;
  if (end > bytes.length) refuse('cut short');
  if (head.major === 3) {
    try {
      utf8.decode(bytes.subarray(head.end, end));
    } catch (cause) {
      throw new ProtocolError('protocol/cbor', 'A text in the message is not UTF-8.', cause);
    }
  }
  return end;
}

function skipMap(bytes: Buffer, head: Head, depth: number): number {
  let at = head.end;
  let previous: Buffer | undefined;
  for (let i = 0; i < head.value; i++) {
    if (![0, 1, 3].includes(readHead(bytes, at).major)) refuse('map key that is neither integer nor text');
    const keyEnd = skip(bytes, at, depth + 1);
    const key = bytes.subarray(at, keyEnd);
    if (previous && Buffer.compare(previous, key) >= 0) refuse('map keys out of order or twice');
    previous = key;
    at = skip(bytes, keyEnd, depth + 1);
  }
  return at;
}

/** Returns where the item that begins at `at` ends. */
function skip(bytes: Buffer, at: number, depth: number): number {
  if (depth > deepest) refuse(`nested deeper than ${deepest}`);
  const head = readHead(bytes, at);
  if (head.major === 2 || head.major === 3) return skipString(bytes, head);
  if (head.major === 4) {
    let next = head.end;
    for (let i = 0; i < head.value; i++) next = skip(bytes, next, depth + 1);
    return next;
  }
  if (head.major === 5) return skipMap(bytes, head, depth);
  if (head.major === 6) {
    if (head.value !== 18 && head.value !== 96) refuse('a tag other than COSE_Sign1 and COSE_Encrypt');
    return skip(bytes, head.end, depth + 1);
  }
  return head.end;
}

/** Throws ProtocolError `protocol/cbor` unless `bytes` is exactly one item in deterministic encoding. */
export function scan(bytes: Buffer): void {
  if (skip(bytes, 0, 0) !== bytes.length) refuse('bytes after the end');
}
