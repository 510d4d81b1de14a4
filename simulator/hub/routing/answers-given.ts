// Answers that were given, so that a question which comes again gets the same one and is not asked twice.
import { createHash } from 'node:crypto';
import type { Answer } from '../../../agent/protocol/exchange.ts';

interface Given {
  digest: Buffer;
  answer: Promise<Answer>;
}

/** As many as a terminal could still be waiting for, with room; older ones are forgotten. */
const maxPerTerminal = 32;

export class AnswersGiven {
  readonly #given = new Map<string, Map<string, Given>>();

  /**
   * The answer given to `id` before, or the one that `make` makes now.
   * A question that changed under its id gets `changed`.
   */
  once(
    terminal: string,
    id: Buffer,
    question: Buffer,
    make: () => Promise<Answer>,
    changed: Answer,
  ): Promise<Answer> {
    const ofTerminal = this.#given.get(terminal) ?? new Map<string, Given>();
    this.#given.set(terminal, ofTerminal);
    const digest = createHash('sha256').update(question).digest();
    const before = ofTerminal.get(id.toString('hex'));
    if (before) return before.digest.equals(digest) ? before.answer : Promise.resolve(changed);
    const answer = make();
    ofTerminal.set(id.toString('hex'), { digest, answer });
    const [oldest] = ofTerminal.keys();
    if (ofTerminal.size > maxPerTerminal && oldest !== undefined) ofTerminal.delete(oldest);
    return answer;
  }
}
