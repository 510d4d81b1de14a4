// Turns a transaction's steps into how it ended and how long it was in each state. Its id is not passed on.
import { isEnded, type State, type TransactionId } from '../transaction/state.ts';
import type { Fact } from './fact.ts';

export class TransactionWatch {
  #running:
    | { transaction: TransactionId; at: State['at']; since: number; spent: Map<string, number> }
    | undefined;

  /** One step that became durable, at `now` (monotonic ms). Returns the fact where it was the last step. */
  take(transaction: TransactionId, state: State, now: number): Fact | undefined {
    const before = this.#running?.transaction === transaction ? this.#running : undefined;
    const spent = before?.spent ?? new Map<string, number>();
    if (before) spent.set(before.at, (spent.get(before.at) ?? 0) + now - before.since);
    this.#running = { transaction, at: state.at, since: now, spent };
    if (!isEnded(state)) return undefined;
    const { outcome, code } = state.ending;
    const spentMs = Object.fromEntries([...spent].map(([at, ms]) => [at, Math.round(ms)]));
    return { type: 'transaction', outcome, code, spentMs };
  }
}
