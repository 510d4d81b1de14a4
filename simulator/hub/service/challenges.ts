// The challenges of one service: random, for one transaction, valid once and for a limited time.
import { randomBytes } from 'node:crypto';

/**
 * How long a challenge is needed at most, in ms, by the longest waits of a configuration: hubMs and deviceMs 120 s, choiceMs 600 s. Its answer
 * may come at the end of hubMs, and what it is signed for as late again.
 */
export const cardChallengeMs = 2 * 120_000 + 120_000;
export const orderChallengeMs = cardChallengeMs + 2 * 600_000;

export class Challenges<Bound> {
  readonly #goodMs: number;
  readonly #now: () => number;
  readonly #given = new Map<string, { challenge: Buffer; bound: Bound; until: number }>();

  /** `now`: monotonic ms. */
  constructor(goodMs: number, now: () => number) {
    this.#goodMs = goodMs;
    this.#now = now;
  }

  /** A new challenge of 32 bytes for `transaction`. An earlier one becomes invalid. `take` returns `bound` with it. */
  give(transaction: Buffer, bound: Bound): Buffer {
    for (const [key, { until }] of this.#given) if (until <= this.#now()) this.#given.delete(key);
    const challenge = randomBytes(32);
    this.#given.set(transaction.toString('hex'), { challenge, bound, until: this.#now() + this.#goodMs });
    return challenge;
  }

  /** Removes and returns the challenge, so that it cannot be tried twice. Undefined if there is no valid one. */
  take(transaction: Buffer): { challenge: Buffer; bound: Bound } | undefined {
    const key = transaction.toString('hex');
    const found = this.#given.get(key);
    this.#given.delete(key);
    return found && found.until > this.#now() ? found : undefined;
  }
}
