// The transactions that have not ended: the fold of the journal's checkpoint and of the entries after it.
import type { Entry } from '../journal/entry.ts';
import type { Checkpoint, Journal } from '../journal/journal.ts';
import { JournalError } from '../journal/journal-error.ts';
import { type LedgerRecord, type Outcome, readRecord } from '../protocol/ledger.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { type Claim, Claims } from './claims.ts';
import { readEvent } from './event.ts';
import { next } from './next.ts';
import type { State, TransactionId } from './state.ts';

interface Step {
  /** Encoded. */
  event: Buffer;
  /** State that was recorded with it; a checkpoint holds none. */
  at?: string;
}

interface Open {
  since: number;
  steps: Step[];
  /** State after the last step. Undefined where the steps were read from the journal and not yet replayed. */
  state: State | undefined;
}

/** Max bytes that CBOR puts before an event. */
const headBytes = 3;

/** Max number of ends that are remembered, for evidence that comes after them. */
const maxEnded = 64;

export class OpenTransactions {
  readonly #open = new Map<TransactionId, Open>();
  readonly #claims = new Claims();
  /** Outcomes of the last `maxEnded` transactions that ended. */
  readonly #ended = new Map<TransactionId, Outcome>();

  /** Reads the journal. Events of transactions that have ended are not decoded. Errors: journal/unreadable. */
  read({ checkpoint, entries }: Journal['recovered']): { transaction: TransactionId; state: State }[] {
    if (checkpoint)
      readable({ checkpoint: true }, () => {
        const { open, claims } = decodeCheckpoint(checkpoint);
        for (const { transaction, since, events } of open)
          this.#open.set(transaction, { since, steps: events.map(event => ({ event })), state: undefined });
        this.#claims.restore(claims);
      });
    for (const { seq, body } of entries) readable({ entry: seq }, () => this.take({ seq, body }));
    return this.list();
  }

  /** Takes a durable entry. `known`: its content, where this process wrote it and need not decode it. */
  take({ seq, body }: Pick<Entry, 'seq' | 'body'>, known?: { record: LedgerRecord; state: State }): void {
    const { record, state } = known ?? { record: readRecord(body), state: undefined };
    this.#claims.take(record);
    if (record.type === 'start' || record.type === 'evidence') return;
    const transaction = record.transaction.toString('hex');
    if (record.type === 'end') {
      this.#open.delete(transaction);
      this.#ended.set(transaction, record.outcome);
      const [oldest] = this.#ended.keys();
      if (this.#ended.size > maxEnded && oldest !== undefined) this.#ended.delete(oldest);
      return;
    }
    const open = this.#open.get(transaction) ?? { since: seq, steps: [], state };
    open.steps.push({ event: record.event, at: record.at });
    open.state = state;
    this.#open.set(transaction, open);
  }

  /** The youngest last. */
  get claims(): readonly Claim[] {
    return this.#claims.all;
  }

  /** Those that have not ended. Errors: as `read`. */
  list(): { transaction: TransactionId; state: State }[] {
    return [...this.#open].map(([transaction, open]) => {
      open.state ??= readable({ since: open.since }, () => replay(open.steps));
      return { transaction, state: open.state };
    });
  }

  /** Outcome of a transaction. Undefined for one that is open, or that ended long ago. */
  outcomeOf(transaction: TransactionId): Outcome | undefined {
    return this.#ended.get(transaction);
  }

  stepsOf(transaction: TransactionId): number {
    return this.#open.get(transaction)?.steps.length ?? 0;
  }

  /** Whether the last step of `transaction` had this event and led to this state. */
  endsWith(transaction: TransactionId, event: Buffer, isState: (state: State) => boolean): boolean {
    const open = this.#open.get(transaction);
    return open?.state !== undefined && open.steps.at(-1)!.event.equals(event) && isState(open.state);
  }

  /** Size of all events in a checkpoint, in bytes. */
  get bytes(): number {
    const steps = [...this.#open.values()].flatMap(open => open.steps);
    return steps.reduce((sum, { event }) => sum + headBytes + event.length, 0);
  }

  checkpoint(): Checkpoint {
    const open = [...this.#open].map(([transaction, { since, steps }]) => ({
      transaction,
      since,
      events: steps.map(({ event }) => event),
    }));
    const body = encodeCheckpoint(open, this.#claims.all);
    return open.length === 0 ? { body } : { body, oldestOpen: Math.min(...open.map(({ since }) => since)) };
  }
}

/** Errors: those of readEvent; an Error where this version's state machine reaches another state than the recorded one. */
function replay(steps: readonly Step[]): State {
  let state: State = { at: 'idle' };
  for (const { event, at } of steps) {
    const step = next(state, readEvent(event));
    if (!step || (at !== undefined && step.state.at !== at))
      throw new Error(`A step that led to ${at ?? 'somewhere'} leads from ${state.at} to ${step?.state.at}.`);
    state = step.state;
  }
  return state;
}

/** Makes any error of `read` journal/unreadable: another version of the agent may be able to read the record. */
function readable<T>(where: Record<string, number | boolean>, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new JournalError('journal/unreadable', where, cause);
  }
}
