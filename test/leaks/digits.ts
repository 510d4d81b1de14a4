// How often each number of four digits lies in a process's memory, as a text and as V8 has it: how much chance there is in finding a PIN.
import { setImmediate } from 'node:timers/promises';
import { memoryOf } from './memory.ts';

const zero = 0x30;

export function fourDigitTexts(pid: number): Uint32Array {
  const counts = new Uint32Array(10_000);
  for (const { bytes } of memoryOf(pid)) countTexts(bytes, counts);
  return counts;
}

function countTexts(bytes: Uint8Array, counts: Uint32Array): void {
  let digits = 0;
  let value = 0;
  for (let at = 0; at < bytes.length; at++) {
    const digit = bytes[at]! - zero;
    if (digit < 0 || digit > 9) digits = 0;
    else {
      value = (value * 10 + digit) % 10_000;
      if (++digits >= 4) counts[value]!++;
    }
  }
}

/** Small integers as V8 has them on 64 bits without pointer compression: in the upper half of a word. */
function countIntegers(bytes: Uint8Array, counts: Uint32Array): void {
  const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2); // pieces begin with a page
  for (let low = 0; low + 1 < halves.length; low += 2)
    if (halves[low] === 0 && halves[low + 1]! < 10_000) counts[halves[low + 1]!]!++;
}

/** The two PINs without a digit at the same place that are least often in these processes, as a text or as a number. */
export async function pinsIn(pids: readonly number[]): Promise<[string, string]> {
  const counts = new Uint32Array(10_000);
  for (const pid of pids)
    for (const { bytes } of memoryOf(pid)) {
      countTexts(bytes, counts);
      countIntegers(bytes, counts);
      await setImmediate(); // a screen in this process that answers nothing for long counts as frozen
    }
  const pins = [...counts.keys()]
    .map(String)
    .filter(pin => pin.length === 4 && new Set(pin).size === 4)
    .sort((a, b) => counts[Number(a)]! - counts[Number(b)]!);
  const one = pins[0]!;
  const other = pins.find(pin => ![...pin].some((digit, nth) => digit === one[nth]))!;
  return [one, other];
}

/** Share of the texts that are more often in `one` than in `other`, 0 to 1. */
export const shareWithSurplus = (one: Uint32Array, other: Uint32Array): number =>
  one.filter((count, text) => count > other[text]!).length / one.length;
