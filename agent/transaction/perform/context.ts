// What every performer gets, and how it asks the gate and the hub within its limit.
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { CommandName, ParamsOf, ResultOf } from '../../../drivers/door/types.ts';
import type { GateDoor } from '../../commands/gate-door.ts';
import type { Waits } from '../../protocol/configuration.ts';
import type { Answer, Question } from '../../protocol/exchange.ts';
import type { Effect } from '../effect.ts';
import type { Event } from '../event.ts';
import type { Memory, Ports } from '../ports.ts';
import type { TransactionId } from '../state.ts';
import { TransactionError } from '../transaction-error.ts';

export interface Context {
  ports: Ports;
  memory: Memory;
  transaction: TransactionId;
  /** As configured when the transaction began. */
  waits: Waits;
  /** What is left of the effect's limit (deadlines.ts), in ms: at least 1; Infinity where it has none. */
  leftMs(): number;
  /** Aborted when the transaction has left the state that asked for the work. */
  signal: AbortSignal;
}

/** Does the effect of one name. Resolves with the event that came of it, or undefined where there is none; a coded error becomes `failed`. */
export type Performer<N extends Effect['do']> = (
  effect: Extract<Effect, { do: N }>,
  context: Context,
) => Promise<Event | undefined>;

export const transactionBytes = ({ transaction }: Pick<Context, 'transaction'>): Buffer =>
  Buffer.from(transaction, 'hex');

/** How long one command may take, in ms: `limitMs` of its own, or what is left of its effect where that is less. */
export const within = (limitMs: number, context: Pick<Context, 'leftMs'>): number =>
  Math.min(limitMs, context.leftMs());

/** One command to the gate that waits for no person. Errors: MadoguchiError with the gate's code, or door/*. */
export const askGate = <N extends CommandName<GateDoor>>(
  context: Context,
  name: N,
  params: ParamsOf<GateDoor, N>,
): Promise<ResultOf<GateDoor, N>> => {
  const { ports, waits, signal } = context;
  return ports.gate.call(name, params, { timeoutMs: within(waits.deviceMs, context), signal });
};

/** Asks the hub and insists on the answer that goes with the question. Errors: LinkError; the hub's code as HubRefusal; hub/otherAnswer. */
export async function askHub<A extends Answer['answer']>(
  context: Context,
  question: Question & { ask: A },
): Promise<Extract<Answer, { answer: A }>> {
  const { ports, waits, signal } = context;
  const timeoutMs = within(waits.hubMs, context);
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
