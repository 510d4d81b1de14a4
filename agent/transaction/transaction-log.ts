// Transactions in the ledger's journal: each step before its effects run, and the end. The fold of what is read back is the
// state. So an incident can be replayed from its journal, without personal data.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../drivers/base/clock.ts';
import type { Entry } from '../journal/entry.ts';
import type { Checkpoint, Journal } from '../journal/journal.ts';
import type { PrintResult } from '../protocol/evidence.ts';
import type { LedgerRecord, Outcome } from '../protocol/ledger.ts';
import type { Event } from './event.ts';
import { OpenTransactions } from './open-transactions.ts';
import { eventBytes, recordBytes } from './recordable.ts';
import { type Ended, isEnded, type State, type TransactionId } from './state.ts';
import { TransactionError } from './transaction-error.ts';

export { readCheckpoint } from './checkpoint.ts';

/** What became of the paper of a transaction, as the gate signed it. */
export interface SignedPrint {
  transaction: TransactionId;
  result: PrintResult;
  evidence: Buffer;
}

/** A record on its way to the disk. */
interface Pending {
  record: LedgerRecord;
  body: Buffer;
  /** What its transaction comes to with it. */
  state: State;
}

/**
 * Max bytes of the events of open transactions: half of what a checkpoint may hold (a journal's longest body, 64 KiB). The
 * other half is for what brings a transaction to its end.
 */
const maxOpenBytes = 32 << 10;

/** They are recorded even so: each brings a transaction nearer to its end. */
const recordedAlways: ReadonlySet<Event['is']> = new Set<Event['is']>([
  'failed',
  'declined',
  'deadline',
  'gateLost',
  'cardTaken',
  'restarted',
]);

export class TransactionLog {
  readonly #clock: Clock;
  readonly #open = new OpenTransactions();
  /** In the order in which the journal makes them durable. */
  readonly #pending: Pending[] = [];
  #journal: Pick<Journal, 'append'> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Folds what an earlier run left, and follows the journal from now on. Returns the transactions to resume.
   * Errors: journal/unreadable.
   */
  resume(
    journal: Pick<Journal, 'recovered' | 'append' | 'onAppend'>,
  ): { transaction: TransactionId; state: State }[] {
    const open = this.#open.read(journal.recovered);
    journal.onAppend(entry => this.#onAppend(entry));
    this.#journal = journal;
    return open;
  }

  /** What a new segment begins with, so that an older one can go: the open transactions in full. */
  checkpoint(): Checkpoint {
    return this.#open.checkpoint();
  }

  async started(software: string): Promise<void> {
    await this.#append(this.#checked({ type: 'start', software, wall: this.#clock.wall() }, { at: 'idle' }));
  }

  /**
   * Writes one step, and the end where it is one. `state` is what next() made of the event. What the step describes may be
   * done once this resolves. Errors: record/field and record/size, and then nothing was written; those of Journal.append.
   */
  async step(transaction: TransactionId, event: Event, state: State): Promise<void> {
    const bytes = eventBytes(event);
    const id = Buffer.from(transaction, 'hex');
    const wall = this.#clock.wall();
    const step = this.#open.stepsOf(transaction);
    const done = { type: 'step', transaction: id, step, at: state.at, event: bytes, wall } as const;
    const records: LedgerRecord[] = isEnded(state) ? [done, endOf(state, id, wall)] : [done];
    const pending = records.map(record => this.#checked(record, state));
    if (this.#open.bytes + bytes.length > maxOpenBytes) {
      if (!recordedAlways.has(event.is))
        throw new TransactionError('record/size', { detail: { maxBytes: maxOpenBytes } });
      if (event.is === 'restarted' && this.#isRecorded(transaction, bytes, state)) pending.shift();
    }
    for (const one of pending) await this.#append(one);
  }

  /**
   * Writes evidence that the gate signed after `transaction` had ended. Resolves with the end that it is about, where that is
   * still known. Errors: as of `step`.
   */
  async evidence({ transaction, result, evidence }: SignedPrint): Promise<Outcome | undefined> {
    const outcome = this.#open.outcomeOf(transaction);
    const id = Buffer.from(transaction, 'hex');
    const record: LedgerRecord = {
      ...{ type: 'evidence', transaction: id, result, evidence, wall: this.#clock.wall() },
      ...(outcome && { outcome }),
    };
    await this.#append(this.#checked(record, { at: 'idle' }));
    return outcome;
  }

  #checked(record: LedgerRecord, state: State): Pending {
    return { record, body: recordBytes(record), state };
  }

  /** A restart after a restart that changed nothing: a process that dies over and over fills no checkpoint. */
  #isRecorded(transaction: TransactionId, event: Buffer, state: State): boolean {
    return this.#open.endsWith(transaction, event, last => isDeepStrictEqual(last, state));
  }

  async #append(pending: Pending): Promise<void> {
    if (!this.#journal) throw new Error('The log must be resumed before it is written to.');
    this.#pending.push(pending);
    try {
      await this.#journal.append(pending.body);
    } finally {
      const at = this.#pending.indexOf(pending);
      if (at !== -1) this.#pending.splice(at, 1); // it was refused
    }
  }

  /** Our own entries are known already. */
  #onAppend(entry: Entry): void {
    const at = this.#pending.findIndex(({ body }) => body.equals(entry.body));
    this.#open.take(entry, this.#pending[at]);
    if (at !== -1) this.#pending.splice(at, 1);
  }
}

function endOf({ order, ending }: Ended, transaction: Buffer, wall: number): LedgerRecord {
  const { evidence, ...end } = ending;
  return {
    ...{ type: 'end', transaction, ...end, wall },
    ...(order && { order }),
    ...(evidence && { evidence }),
  };
}
