// What every performer gets, and the one way in which a hub's refusal becomes an error.
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { Answer, Question } from '../../protocol/exchange.ts';
import type { Event } from '../event.ts';
import type { Memory, Ports } from '../ports.ts';
import type { TransactionId } from '../state.ts';
import { TransactionError } from '../transaction-error.ts';

export interface Context {
  ports: Ports;
  memory: Memory;
  transaction: TransactionId;
  /** Aborted when the transaction has left the state that asked for the work. */
  signal: AbortSignal;
}

/** Does one effect. The event it comes to, or undefined where there is nothing to tell; a coded error becomes `failed`. */
export type Performer<E> = (effect: E, context: Context) => Promise<Event | undefined>;

export const transactionBytes = ({ transaction }: Pick<Context, 'transaction'>): Buffer =>
  Buffer.from(transaction, 'hex');

/** Asks the hub and insists on the answer that goes with the question. Errors: LinkError; the hub's code as HubRefusal; hub/otherAnswer. */
export async function askHub<A extends Answer['answer']>(
  { ports, signal }: Context,
  question: Question & { ask: A },
  timeoutMs: number,
): Promise<Extract<Answer, { answer: A }>> {
  const answer = await ports.hub.ask(question, { timeoutMs, signal });
  if (answer.answer === 'refused') throw new HubRefusal(answer.code, answer.leg);
  if (answer.answer !== question.ask) throw new TransactionError('hub/otherAnswer');
  return answer as Extract<Answer, { answer: A }>;
}

/** The hub, or a service behind it, said no; `code` is its word (docs/codes.md), `detail.leg` the service. */
export class HubRefusal extends MadoguchiError {
  constructor(code: string, leg: string) {
    super(code, `The ${leg} refused.`, 'The reason is the code; the hub knows the transaction.', {
      completion: 'invalidData',
      detail: { leg },
    });
  }
}
