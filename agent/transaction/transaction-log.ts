// Writes transactions to the ledger's journal: each step before its effects run, and the end. The fold of the recorded events is
// the state, so an incident can be replayed from the journal without personal data.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../drivers/base/clock.ts';
import type { SignedPrint } from '../commands/gate-door.ts';
import type { Entry } from '../journal/entry.ts';
import type { Checkpoint, Journal } from '../journal/journal.ts';
import { isDiskTrouble } from '../journal/journal-error.ts';
import type { LedgerRecord, Outcome } from '../protocol/ledger.ts';
import type { Claim } from './claims.ts';
import type { Event } from './event.ts';
import { OpenTransactions } from './open-transactions.ts';
import { eventBytes, recordBytes } from './recordable.ts';
import { type Ended, isEnded, type State, type TransactionId } from './state.ts';
import { TransactionError } from './transaction-error.ts';

/** A record that is being written to the disk, or that the disk did not take. */
export interface Pending {
  record: LedgerRecord;
  body: Buffer;
  /** State of its transaction after it. */
  state: State;
}

/**
 * Max size of the events of all open transactions, in bytes: half of a checkpoint's max size (the max body of a journal record,
 * 64 KiB). The other half is for events that bring a transaction to its end.
 */
const maxOpenBytes = 32 << 10;

/** Events that are recorded above that limit too, because each brings a transaction nearer to its end. */
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
  /** What the disk did not take, in order. Nothing of a transaction is written before it. */
  readonly #rest: Pending[] = [];
  #journal: Pick<Journal, 'append'> | undefined;
  #writing: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Folds what a previous run left, and follows the journal from now on. Returns the transactions to resume.
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

  /** First record of a new segment: the open transactions in full, so that older segments can be deleted. */
  checkpoint(): Checkpoint {
    return this.#open.checkpoint();
  }

  /** Transactions whose money or paper a person decides about, from the journal: the youngest last. */
  get claims(): readonly Claim[] {
    return this.#open.claims;
  }

  async started(software: string): Promise<void> {
    await this.#append(this.#checked({ type: 'start', software, wall: this.#clock.wall() }, { at: 'idle' }));
  }

  /**
   * Writes one step, and the end record where the step is an end. `state` is what next() made of the event. The step's effects may
   * run once this resolves. Errors: record/field and record/size (then nothing was written); those of Journal.append.
   */
  async step(transaction: TransactionId, event: Event, state: State): Promise<void> {
    await this.writeRest();
    const bytes = eventBytes(event);
    const pending = this.#recordsOf(transaction, bytes, state);
    if (this.#open.bytes + bytes.length > maxOpenBytes) {
      if (!recordedAlways.has(event.is))
        throw new TransactionError('record/size', { detail: { maxBytes: maxOpenBytes } });
      if (event.is === 'restarted' && this.#isRepeated(transaction, bytes, state)) pending.shift();
    }
    const [first, ...more] = pending;
    if (first) await this.#append(first);
    this.#rest.push(...more);
    await this.writeRest().catch(error => {
      if (!isDiskTrouble(error)) throw error; // the step itself is durable
    });
  }

  /**
   * Keeps a step in memory that the disk did not take, and writes it as soon as the disk takes anything again. Returns its records,
   * encoded. Errors: record/field.
   */
  keep(transaction: TransactionId, event: Event, state: State): Buffer[] {
    const pending = this.#recordsOf(transaction, eventBytes(event), state);
    this.#rest.push(...pending);
    return pending.map(({ body }) => body);
  }

  /** What the disk did not take. */
  get rest(): readonly Pending[] {
    return this.#rest;
  }

  /** Writes what the disk did not take before. Errors: those of Journal.append; what is left is kept. */
  writeRest(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /**
   * Takes over what another log of the same journal could not write, after `resume`. Returns the transactions to resume then. Steps
   * that the journal has after all, or that do not follow what it has, are left out.
   */
  async takeOver(rest: readonly Pending[]): Promise<{ transaction: TransactionId; state: State }[]> {
    for (const pending of rest) {
      const { record } = pending;
      if (record.type !== 'step' && record.type !== 'end') continue;
      const transaction = record.transaction.toString('hex');
      const fits =
        record.type === 'step'
          ? record.step > 0 && record.step === this.#stepsOf(transaction)
          : this.#stepsOf(transaction) > 0;
      if (fits) this.#rest.push(pending);
    }
    await this.writeRest();
    return this.#open.list();
  }

  #stepsOf(transaction: TransactionId): number {
    const isStep = ({ record }: Pending) =>
      record.type === 'step' && record.transaction.toString('hex') === transaction;
    return this.#open.stepsOf(transaction) + this.#rest.filter(isStep).length;
  }

  async #writeAll(): Promise<void> {
    for (let first = this.#rest[0]; first; first = this.#rest[0]) {
      await this.#append(first);
      this.#rest.shift();
    }
  }

  #recordsOf(transaction: TransactionId, event: Buffer, state: State): Pending[] {
    const id = Buffer.from(transaction, 'hex');
    const wall = this.#clock.wall();
    const step = this.#stepsOf(transaction);
    const done = { type: 'step', transaction: id, step, at: state.at, event, wall } as const;
    const records: LedgerRecord[] = isEnded(state) ? [done, endOf(state, id, wall)] : [done];
    return records.map(record => this.#checked(record, state));
  }

  /**
   * Writes evidence that the gate signed after `transaction` had ended. Resolves with the outcome of that transaction, where it
   * is still known. Errors: as `step`.
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

  /** Whether this restart repeats the last step: a process that dies again and again must not fill the checkpoint. */
  #isRepeated(transaction: TransactionId, event: Buffer, state: State): boolean {
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

  /** An entry that this process wrote need not be decoded. */
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
