// Steps towards the end of a transaction: payment, refund, claim slip, and the ends.

import type { Waits } from '../protocol/configuration.ts';
import type { Outcome } from '../protocol/ledger.ts';
import type { Order } from '../protocol/order-choice.ts';
import type { Effect } from './effect.ts';
import type { Ended, Ending, State, TransactionId } from './state.ts';

export interface Step {
  state: State;
  effects: readonly Effect[];
}

interface Running {
  transaction: TransactionId;
  waits: Waits;
  order?: Order;
}
type Ordered = Required<Running>;

export const to = (state: State, ...effects: Effect[]): Step => ({ state, effects });

const nameOf: Record<Outcome, Ended['at']> = {
  issued: 'done',
  refused: 'refused',
  abandoned: 'abandoned',
  refundDue: 'refundDue',
  unknown: 'unknown',
};

export function end({ transaction, waits, order }: Running, ending: Ending): Step {
  return to({ at: nameOf[ending.outcome], transaction, waits, order, ending }, { do: 'finish', ending });
}

export const abandoned = (state: Running, code: string): Step =>
  end(state, { outcome: 'abandoned', code, keptYen: 0, owedYen: 0 });

/** Asks for the fee. A certificate that costs nothing is printed at once. */
export function toPay({ transaction, waits, order }: Ordered): Step {
  if (order.feeYen === 0) return to({ at: 'print', transaction, waits, order }, { do: 'createJob' });
  return to(
    { at: 'pay', transaction, waits, order, till: 'asked' },
    { do: 'askFee', amountYen: order.feeYen },
  );
}

/** Asks the till to return the money that it may have taken. The fee counts as owed until the till has answered. */
export function toVoid(
  state: Extract<State, { at: 'pay' | 'print' }>,
  outcome: Outcome,
  code: string,
  evidence?: Buffer,
): Step {
  const { transaction, waits, order } = state;
  const ending: Ending = { outcome, code, keptYen: 0, owedYen: order.feeYen, evidence };
  if (order.feeYen === 0) return end({ transaction, waits, order }, { ...ending, owedYen: 0 });
  const reportedYen = state.at === 'pay' && state.till === 'asked' ? 0 : order.feeYen;
  const asked = { at: 'void', transaction, waits, order, ending, reportedYen } as const;
  return to(asked, askBack(asked));
}

export const askBack = ({ order, reportedYen }: Extract<State, { at: 'void' }>): Effect => ({
  do: 'void',
  amountYen: order.feeYen,
  reportedYen,
});

/** Paper may be out. The fee is kept, the resident gets a claim slip, and a person decides by the evidence. */
export const unknownPaper = ({ order }: Ordered, code: string, evidence?: Buffer): Ending => ({
  outcome: 'unknown',
  code,
  keptYen: order.feeYen,
  owedYen: 0,
  evidence,
});

export function toClaim({ transaction, waits, order }: Ordered, ending: Ending): Step {
  return to({ at: 'claim', transaction, waits, order, ending }, { do: 'printClaim', order, ending });
}
