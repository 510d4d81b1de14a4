// The states of a transaction: one type for each, in the order of a visit. A state carries what later states need, and never
// anything personal.

import type { Waits } from '../protocol/configuration.ts';
import type { Outcome } from '../protocol/ledger.ts';
import type { Order } from '../protocol/order-choice.ts';

/** 32 lower-case hex digits: 128 random bits. */
export type TransactionId = string;

/** The id in groups of eight digits, so that a person can read it out. */
export const inGroups = (transaction: TransactionId): string =>
  transaction.match(/.{8}/g)?.join(' ') ?? transaction;

interface Running {
  transaction: TransactionId;
  /** As configured when the transaction began: a new configuration changes nothing during it. */
  waits: Waits;
}

interface Ordered extends Running {
  order: Order;
}

export interface Job {
  id: number;
  uri: string;
}

/** Why a transaction ended, and what happened to the money. */
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
  /** `consent`: the last try before the card locks is used only with the resident's consent. */
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
  /** `job` is in the journal before the document is sent. `resolving`: the gate asks the printer for the outcome of the job. */
  | (Ordered & { at: 'print'; job?: Job; resolving?: true })
  | (Ordered & { at: 'receipt'; ending: Ending })
  /** The money is returned: the till is asked until it answers, without a limit. `reportedYen`: as in the effect `void`. */
  | (Ordered & { at: 'void'; ending: Ending; reportedYen: number })
  /** A claim slip is printed; a person will decide. */
  | (Ordered & { at: 'claim'; ending: Ending })
  | Ended;

export const isEnded = (state: State): state is Ended =>
  state.at === 'done' ||
  state.at === 'refused' ||
  state.at === 'abandoned' ||
  state.at === 'refundDue' ||
  state.at === 'unknown';
