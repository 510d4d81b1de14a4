// Looks for needles in bytes, and says where and in which form each was found.
import { setImmediate } from 'node:timers/promises';
import { memoryOf } from './memory.ts';

export interface Needle {
  /** What it is and how it is written, for the message: `name, UTF-16LE`. */
  form: string;
  /** Three bytes or more. */
  bytes: Buffer;
}

export interface Finding {
  form: string;
  /** Process and mapping, file, socket or topic. */
  where: string;
  /** Offset there; an address in a process's memory. */
  at: number;
}

/** A needle, and where in it the three bytes are that it is recognised by. */
interface Anchored extends Needle {
  anchor: number;
}

/** Needles by the hash of three bytes of each; `marks` has a 1 for each such hash. */
interface Index {
  count: number;
  marks: Uint8Array;
  byHash: Map<number, Anchored[]>;
}

const indexes = new WeakMap<readonly Needle[], Index>();
/** Of three bytes: 16 bits (D. E. Knuth, The Art of Computer Programming 3, 6.4, multiplicative hashing). */
const hash = (three: number): number => Math.imul(three, 0x9e3779b1) >>> 16;

/** Every place in `bytes`; `base` is added to the offsets. One pass, however many needles there are. */
export function search(where: string, bytes: Buffer, needles: readonly Needle[], base = 0): Finding[] {
  const { marks, byHash } = indexOf(needles);
  const findings: Finding[] = [];
  let three = 0;
  for (let last = 0; last < bytes.length; last++) {
    three = ((three << 8) | bytes[last]!) & 0xffffff;
    const found = hash(three);
    if (marks[found] === 0) continue;
    for (const { form, bytes: wanted, anchor } of byHash.get(found)!) {
      const at = last - 2 - anchor;
      if (at >= 0 && isAt(bytes, at, wanted)) findings.push({ form, where, at: base + at });
    }
  }
  return findings;
}

function indexOf(needles: readonly Needle[]): Index {
  const known = indexes.get(needles);
  if (known?.count === needles.length) return known; // needles are added, and never changed
  const [marks, byHash] = [new Uint8Array(1 << 16), new Map<number, Anchored[]>()];
  for (const needle of needles) {
    const anchor = anchorOf(needle.bytes);
    const found = hash(needle.bytes.readUIntBE(anchor, 3));
    marks[found] = 1;
    byHash.set(found, [...(byHash.get(found) ?? []), { ...needle, anchor }]);
  }
  const index = { count: needles.length, marks, byHash };
  indexes.set(needles, index);
  return index;
}

function isAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  for (let nth = 0; nth < wanted.length; nth++) if (bytes[at + nth] !== wanted[nth]) return false;
  return true;
}

/** Memory is full of zeros and of small numbers: three bytes that are all large are met least often. */
function anchorOf(bytes: Buffer): number {
  let [anchor, best] = [0, -1];
  for (let at = 0; at + 2 < bytes.length; at++) {
    const product = (bytes[at]! + 1) * (bytes[at + 1]! + 1) * (bytes[at + 2]! + 1);
    if (product > best) [anchor, best] = [at, product];
  }
  return anchor;
}

/** Every place in the memory of process `pid`, which `name` names; `look` may look deeper than `search` does. */
export function searchMemory(
  name: string,
  pid: number,
  needles: readonly Needle[],
  look: typeof search = search,
): Finding[] {
  const searching = searchPieces(name, pid, needles, look);
  for (;;) {
    const { done, value } = searching.next();
    if (done) return value;
  }
}

/** The same, with turns for other work: a screen in this process that answers nothing for half a minute counts as frozen. */
export async function searchMemoryInTurns(...of: Parameters<typeof searchPieces>): Promise<Finding[]> {
  const searching = searchPieces(...of);
  for (;;) {
    const { done, value } = searching.next();
    if (done) return value;
    await setImmediate();
  }
}

function* searchPieces(
  name: string,
  pid: number,
  needles: readonly Needle[],
  look: typeof search,
): Generator<undefined, Finding[]> {
  const findings = new Map<string, Finding>();
  for (const { mapping, at, bytes } of memoryOf(pid)) {
    for (const finding of look(`${name} (${mapping})`, bytes, needles, at))
      findings.set(`${finding.at} ${finding.form}`, finding); // pieces overlap
    yield;
  }
  return [...findings.values()];
}

/** One line a finding, for a failing test. */
export const asLines = (findings: readonly Finding[]): string[] =>
  findings.map(({ form, where, at }) => `${form} in ${where} at 0x${at.toString(16)}`);
