// How long an answer is waited for before its question is asked again. A line that carried the last answer of this kind slowly is
// given the time, and so is one that is known to be narrow: copies of a large answer would fill it.
import { chunkLimit } from '../protocol/document.ts';
import type { Question } from '../protocol/exchange.ts';

type Ask = Question['ask'];

/** Before the first answer of a kind, in ms. A piece of a document (64 KiB) takes 4 s at 128 kbit/s. */
const initialMs: Record<Ask, number> = {
  probe: 500,
  challenge: 1_000,
  authenticate: 2_000,
  order: 2_000,
  fetch: 5_000,
};
/** Once the time of an answer is known, in ms. */
const minMs = 1_000;
const maxMs = 10_000;
/** A piece of a document may take so many times what the line needs for it alone: other messages are on the line as well. */
const lineShare = 1.6;

export class Patience {
  readonly #lastMs = new Map<Ask, number>();

  /** An answer took this time, in ms. */
  took(ask: Ask, ms: number): void {
    this.#lastMs.set(ask, ms);
  }

  /**
   * Wait after copy number `copy` (from 0), in ms. It doubles with each. The first is no longer than a third of `timeoutMs`, the wait of
   * the question: the last answer may have taken long because copies were lost. `bytesPerSecond`: of the line, as far as it is known;
   * it was measured on the way to the hub, and is taken for that of the way back.
   */
  againMs(ask: Ask, copy: number, timeoutMs: number, bytesPerSecond = Infinity): number {
    const lastMs = this.#lastMs.get(ask);
    const learnedMs = lastMs === undefined ? initialMs[ask] : Math.max(minMs, 2 * lastMs);
    const waitMs = Math.min(learnedMs, timeoutMs / 3);
    const pieceMs = ask === 'fetch' ? (lineShare * 1000 * chunkLimit) / bytesPerSecond : 0;
    return Math.max(pieceMs, Math.min(maxMs, waitMs * 2 ** copy));
  }
}
