// Where a transaction stands. One type a state, in the order in which a resident lives them; what later states need is
// carried along, what is personal never is.

import type { Waits } from '../protocol/configuration.ts';
import type { Outcome } from '../protocol/ledger.ts';
import type { Order } from '../protocol/order-choice.ts';

/** 32 lower-case hex digits: 128 random bits. */
export type TransactionId = string;

/** As a person can read it out: in groups of eight digits. */
export const groups = (transaction: TransactionId): string =>
  transaction.match(/.{8}/g)?.join(' ') ?? transaction;

interface Running {
  transaction: TransactionId;
  /** As configured when the transaction began: a push in the middle changes nothing. */
  waits: Waits;
}

interface Ordered extends Running {
  order: Order;
}

export interface Job {
  id: number;
  uri: string;
}

/** Why it ended, and about whose money. */
export interface Ending {
  outcome: Outcome;
  /** A stable code, `issued/done` when all went well. */
  code: string;
  keptYen: number;
  owedYen: number;
  evidence?: Buffer | undefined;
}

export interface Ended extends Running {
  at: 'done' | 'refused' | 'abandoned' | 'refundDue' | 'unknown';
  order?: Order | undefined;
  ending: Ending;
}

export type State =
  | { at: 'idle' }
  | (Running & { at: 'card' })
  /** `consent`: the last try before the card locks is used only if the resident says so. */
  | (Running & { at: 'pin'; triesLeft: number; consent: 'notNeeded' | 'asked' | 'given' })
  | (Running & { at: 'authenticate' })
  | (Running & { at: 'choose' })
  | (Ordered & { at: 'confirm' })
  | (Ordered & { at: 'order' })
  /** The document is fetched and checked while the resident takes the card. */
  | (Ordered & { at: 'cardReturned'; document: 'coming' | 'fetched' | 'held' })
  | (Ordered & { at: 'fetch' })
  | (Ordered & { at: 'check' })
  | (Ordered & { at: 'pay'; till: 'asked' | 'capturing' })
  /** `job` is known here, and so in the journal, before the document is sent. `resolving`: the printer is asked what became of it. */
  | (Ordered & { at: 'print'; job?: Job; resolving?: true })
  | (Ordered & { at: 'receipt'; ending: Ending })
  /** Money goes back: asked of the till until it answers, however long that takes. */
  | (Ordered & { at: 'void'; ending: Ending })
  /** A claim slip is printed: a person decides. */
  | (Ordered & { at: 'claim'; ending: Ending })
  | Ended;

export const isEnded = (state: State): state is Ended =>
  state.at === 'done' ||
  state.at === 'refused' ||
  state.at === 'abandoned' ||
  state.at === 'refundDue' ||
  state.at === 'unknown';
