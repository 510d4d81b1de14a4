// Keeps recent answers. A question that is sent again gets the same answer, and its service is not asked twice.
import { createHash } from 'node:crypto';
import type { Answer } from '../../../agent/protocol/exchange.ts';

interface CachedAnswer {
  digest: Buffer;
  answer: Promise<Answer>;
}

/** More than a terminal can wait for at one time. Older answers are removed. */
const maxPerTerminal = 32;

export class AnswerCache {
  readonly #answers = new Map<string, Map<string, CachedAnswer>>();

  /**
   * The earlier answer to question `id`, or else the result of `make`.
   * A question with the same id and other content gets `changed`.
   */
  once(
    terminal: string,
    id: Buffer,
    question: Buffer,
    make: () => Promise<Answer>,
    changed: Answer,
  ): Promise<Answer> {
    const ofTerminal = this.#answers.get(terminal) ?? new Map<string, CachedAnswer>();
    this.#answers.set(terminal, ofTerminal);
    const digest = createHash('sha256').update(question).digest();
    const earlier = ofTerminal.get(id.toString('hex'));
    if (earlier) return earlier.digest.equals(digest) ? earlier.answer : Promise.resolve(changed);
    const answer = make();
    ofTerminal.set(id.toString('hex'), { digest, answer });
    const [oldest] = ofTerminal.keys();
    if (ofTerminal.size > maxPerTerminal && oldest !== undefined) ofTerminal.delete(oldest);
    return answer;
  }
}
