// How often each of the 10,000 four-digit texts lies in a process's memory: how much chance there is in finding a PIN.
import { memoryOf } from './memory.ts';

const zero = 0x30;

export function fourDigitTexts(pid: number): Uint32Array {
  const counts = new Uint32Array(10_000);
  for (const { bytes } of memoryOf(pid)) {
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
  return counts;
}

/** Share of the texts that are more often in `one` than in `other`, 0 to 1. */
export const shareWithSurplus = (one: Uint32Array, other: Uint32Array): number =>
  one.filter((count, text) => count > other[text]!).length / one.length;
