// How long an answer is waited for before its question is asked again. A line that carried the last answer of this kind slowly is
// given the time: copies of a large answer would fill it.
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
const maxMs = 10_000;

export class Patience {
  readonly #lastMs = new Map<Ask, number>();

  /** An answer took this time, in ms. */
  took(ask: Ask, ms: number): void {
    this.#lastMs.set(ask, ms);
  }

  /** Wait after copy number `copy` (from 0), in ms. It doubles with each. */
  againMs(ask: Ask, copy: number): number {
    const waitMs = Math.max(initialMs[ask], 2 * (this.#lastMs.get(ask) ?? 0));
    return Math.min(maxMs, waitMs * 2 ** copy);
  }
}
