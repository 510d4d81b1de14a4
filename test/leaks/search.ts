// Looks for needles in bytes, and says where and in which form each was found.
import { setImmediate } from 'node:timers/promises';
import { memoryOf } from './memory.ts';

export interface Needle {
  /** What it is and how it is written, for the message: `name, UTF-16LE`. */
  form: string;
  bytes: Buffer;
}

export interface Finding {
  form: string;
  /** Process and mapping, file, socket or topic. */
  where: string;
  /** Offset there; an address in a process's memory. */
  at: number;
}

/** Every place in `bytes`; `base` is added to the offsets. */
export function search(where: string, bytes: Buffer, needles: readonly Needle[], base = 0): Finding[] {
  const findings: Finding[] = [];
  for (const { form, bytes: wanted } of needles)
    for (const at of placesOf(bytes, wanted)) findings.push({ form, where, at: base + at });
  return findings;
}

/**
 * Memory is full of zeros, and to try a needle that begins with them at each took half of a whole search: what comes behind
 * them is looked for.
 */
function* placesOf(bytes: Buffer, wanted: Buffer): Generator<number> {
  const zeros = Math.max(
    0,
    wanted.findIndex(byte => byte !== 0),
  );
  const [head, tail] = [wanted.subarray(0, zeros), wanted.subarray(zeros)];
  for (let at = bytes.indexOf(tail, zeros); at >= 0; at = bytes.indexOf(tail, at + 1))
    if (head.equals(bytes.subarray(at - zeros, at))) yield at - zeros;
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
