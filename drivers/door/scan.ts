// Checks CBOR before cbor-x decodes it: plain values only, no more items than bytes, no deep nesting.
// cbor-x alone accepts tags with special meanings and indefinite lengths, and allocates arrays of any declared length.
import { DoorError } from './error.ts';

/** Max. nesting. Our deepest message is message > payload > status > device > list; the rest is reserve. */
const maxDepth = 12;

const refuse = (): never => {
  throw new DoorError('door/frame', { detail: { reason: 'cbor' } });
};

/** The end of the item that begins at `at`. */
function skip(bytes: Buffer, at: number, depth: number): number {
  const first = bytes[at];
  if (first === undefined || depth > maxDepth) return refuse();
  const major = first >> 5;
  const info = first & 31;
  if (info > 27) return refuse();
  const size = info < 24 ? 0 : 1 << (info - 24);
  const end = at + 1 + size;
  if (end > bytes.length) return refuse();
  if (major < 2) return end; // integers
  if (major === 7) return info > 19 && info !== 24 ? end : refuse(); // false, true, null, undefined, floats
  if (major === 6 || size > 4) return refuse();
  const count = size === 0 ? info : bytes.readUIntBE(at + 1, size);
  if (count > bytes.length - end) return refuse();
  if (major < 4) return end + count; // strings
  const items = major === 5 ? 2 * count : count;
  let next = end;
  for (let i = 0; i < items; i++) next = skip(bytes, next, depth + 1);
  return next;
}

/** Errors: door/frame if `bytes` is not exactly one such item. */
export function scanDoorFrame(bytes: Buffer): void {
  if (skip(bytes, 0, 0) !== bytes.length) refuse();
}
