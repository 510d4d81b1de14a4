// What an answer must be, with the failure in words where it is not.
import type { Answer } from '../../agent/protocol/exchange.ts';
import { Failure } from '../check.ts';

type Kind = Answer['answer'];

/** In words, such as `refused issuing/fee`. */
export const wordsOfAnswer = (answer: Answer): string =>
  answer.answer === 'refused'
    ? `refused ${answer.code}${answer.path ? ` (${answer.path})` : ''}`
    : `an answer ${answer.answer}`;

/** The answer, which must be of this kind. Errors: Failure. */
export function expectKind<K extends Kind>(
  answer: Answer,
  kind: K,
  sent: string,
): Extract<Answer, { answer: K }> {
  if (answer.answer !== kind)
    throw new Failure({ sent, expected: `an answer ${kind}`, came: wordsOfAnswer(answer) });
  return answer as Extract<Answer, { answer: K }>;
}

/** The answer must be a refusal; with this code where one is named. Errors: Failure. */
export function expectRefused(answer: Answer, sent: string, code?: string): void {
  if (answer.answer === 'refused' && (code === undefined || answer.code === code)) return;
  throw new Failure({ sent, expected: `refused${code ? ` ${code}` : ''}`, came: wordsOfAnswer(answer) });
}

/** Errors: Failure unless `holds`. */
export function expectThat(holds: boolean, what: ConstructorParameters<typeof Failure>[0]): asserts holds {
  if (!holds) throw new Failure(what);
}
