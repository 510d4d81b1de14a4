// What every performer gets, and how it asks the gate and the hub within its time limit.
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { CommandName, ParamsOf, ResultOf } from '../../../drivers/door/types.ts';
import type { GateDoor } from '../../commands/gate-door.ts';
import type { Waits } from '../../protocol/configuration.ts';
import type { Answer, Question, Refused } from '../../protocol/exchange.ts';
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
  /** Time left of the effect's limit (deadlines.ts), in ms: at least 1. Infinity where the effect has no limit. */
  leftMs(): number;
  /** Aborted when the transaction leaves the state that asked for the work. */
  signal: AbortSignal;
}

/** Does the effect of one name. Resolves with the resulting event, or undefined where there is none. The runner makes `failed` of a coded error. */
export type Performer<N extends Effect['do']> = (
  effect: Extract<Effect, { do: N }>,
  context: Context,
) => Promise<Event | undefined>;

export const transactionBytes = ({ transaction }: Pick<Context, 'transaction'>): Buffer =>
  Buffer.from(transaction, 'hex');

/** Max time for one command, in ms: the smaller of `limitMs` and the time left of its effect. */
export const within = (limitMs: number, context: Pick<Context, 'leftMs'>): number =>
  Math.min(limitMs, context.leftMs());

/** Sends one command to the gate that waits for no person. Errors: MadoguchiError with the gate's code, or door/*. */
export const askGate = <N extends CommandName<GateDoor>>(
  context: Context,
  name: N,
  params: ParamsOf<GateDoor, N>,
): Promise<ResultOf<GateDoor, N>> => {
  const { ports, waits, signal } = context;
  return ports.gate.call(name, params, { timeoutMs: within(waits.deviceMs, context), signal });
};

/**
 * Asks the hub, for as long as the effect lasts, but for `keepMs` that its later commands need. Takes only the answer that
 * belongs to the question. Errors: LinkError; HubRefusal with the hub's code; hub/otherAnswer.
 */
export async function askHub<A extends Answer['answer']>(
  context: Context,
  question: Question & { ask: A },
  keepMs = 0,
): Promise<Extract<Answer, { answer: A }>> {
  const { ports, signal } = context;
  const timeoutMs = Math.max(1, context.leftMs() - keepMs);
  const answer = await ports.hub.ask(question, { timeoutMs, signal });
  if (answer.answer === 'refused') throw new HubRefusal(answer);
  if (answer.answer !== question.ask) throw new TransactionError('hub/otherAnswer');
  return answer as Extract<Answer, { answer: A }>;
}

/**
 * The hub, or a service behind it, refused. `code` comes from there (docs/codes.md); `detail.service` names the service, `detail.path` the
 * wrong field where it named one.
 * Not made by errorOf: that takes codes of a list in this program, and these codes come from the hub.
 */
export class HubRefusal extends MadoguchiError {
  constructor({ code, service, path }: Refused) {
    super(code, `The ${service} refused.`, 'The reason is the code; the hub knows the transaction.', {
      completion: 'invalidData',
      detail: { service, ...(path && { path }) },
    });
  }
}
