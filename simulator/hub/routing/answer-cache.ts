// Keeps answers. A question that is sent again gets the same answer, and its service is not asked twice.
import { createHash } from 'node:crypto';
import type { Answer } from '../../../agent/protocol/exchange.ts';

interface CachedAnswer {
  digest: Buffer;
  answer: Promise<Answer>;
  /** Until then its terminal may ask again, in monotonic ms. */
  until: number;
}

export interface AskedQuestion {
  terminal: string;
  id: Buffer;
  /** How long the terminal waits from now on, in ms. */
  waitsMs: number;
  /** What is asked, as bytes. */
  question: Buffer;
}

/** So many of each terminal are kept in any case. */
const keptPerTerminal = 32;

export class AnswerCache {
  readonly #now: () => number;
  readonly #answers = new Map<string, Map<string, CachedAnswer>>();

  /** `now`: monotonic ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The earlier answer to this question, or else the result of `make`. A question with the same id and other content gets `changed`. */
  once(
    { terminal, id, waitsMs, question }: AskedQuestion,
    make: () => Promise<Answer>,
    changed: Answer,
  ): Promise<Answer> {
    const ofTerminal = this.#answers.get(terminal) ?? new Map<string, CachedAnswer>();
    this.#answers.set(terminal, ofTerminal);
    const digest = createHash('sha256').update(question).digest();
    const key = id.toString('hex');
    const until = this.#now() + waitsMs;
    const earlier = ofTerminal.get(key);
    if (earlier) {
      earlier.until = Math.max(earlier.until, until);
      return earlier.digest.equals(digest) ? earlier.answer : Promise.resolve(changed);
    }
    const answer = make();
    ofTerminal.set(key, { digest, answer, until });
    this.#forget(ofTerminal);
    return answer;
  }

  #forget(ofTerminal: Map<string, CachedAnswer>): void {
    const now = this.#now();
    for (const [key, { until }] of ofTerminal) {
      if (ofTerminal.size <= keptPerTerminal) return;
      if (until <= now) ofTerminal.delete(key);
    }
  }
}
