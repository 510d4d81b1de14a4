// Transactions in the ledger journal: each step before its effects, and the end. The fold of what is read back is the
// state; so any incident replays from its journal, without personal data.

import * as v from 'valibot';
import type { Clock } from '../../drivers/base/clock.ts';
import type { Journal } from '../journal/journal.ts';
import { decode, encode } from '../protocol/cbor.ts';
import { encodeRecord, type LedgerRecord, readRecord } from '../protocol/ledger.ts';
import { bytes, count, parse, someBytes } from '../protocol/schema.ts';
import { type Event, encodeEvent, readEvent } from './event.ts';
import { next } from './next.ts';
import { isEnded, type State, type TransactionId } from './state.ts';

/** A transaction that has not ended: all its events, from which its state can be made again. */
interface Open {
  since: number;
  events: Event[];
  state: State;
}

const checkpointBody = v.array(
  v.strictObject({
    transaction: bytes(16),
    since: count(0, Number.MAX_SAFE_INTEGER),
    events: v.array(someBytes(8 << 10)),
  }),
);

/** The open transactions of a checkpoint: `since` is the sequence number of the first step. Errors: protocol/cbor, protocol/schema. */
export const readCheckpoint = (
  body: Buffer,
): { transaction: TransactionId; since: number; events: Event[] }[] =>
  parse(checkpointBody, decode(body)).map(({ transaction, since, events }) => ({
    transaction: transaction.toString('hex'),
    since,
    events: events.map(readEvent),
  }));

export class TransactionLog {
  readonly #clock: Clock;
  readonly #open = new Map<TransactionId, Open>();
  #journal: Pick<Journal, 'append'> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Folds what an earlier run left, and follows the journal from now on. Returns the transactions to resume. */
  resume(
    journal: Pick<Journal, 'recovered' | 'append' | 'onAppend'>,
  ): { transaction: TransactionId; state: State }[] {
    const { checkpoint, entries } = journal.recovered;
    if (checkpoint) this.#readCheckpoint(checkpoint);
    for (const entry of entries) this.#fold(entry);
    journal.onAppend(entry => this.#fold(entry));
    this.#journal = journal;
    return [...this.#open].map(([transaction, { state }]) => ({ transaction, state }));
  }

  /** What a new segment begins with, so that an older one can go: the open transactions in full. */
  checkpoint(): { body: Buffer; oldestOpen?: number } {
    const open = [...this.#open];
    const body = encode(
      open.map(([transaction, { since, events }]) => ({
        transaction: Buffer.from(transaction, 'hex'),
        since,
        events: events.map(encodeEvent),
      })),
    );
    return open.length === 0
      ? { body }
      : { body, oldestOpen: Math.min(...open.map(([, { since }]) => since)) };
  }

  async started(software: string): Promise<void> {
    await this.#append({ type: 'start', software, wall: this.#clock.wall() });
  }

  /** Writes one step, and the end where it is one. What it describes may be done once this resolves. */
  async step(transaction: TransactionId, event: Event, state: State): Promise<void> {
    const id = Buffer.from(transaction, 'hex');
    const wall = this.#clock.wall();
    const step = this.#open.get(transaction)?.events.length ?? 0;
    const done = {
      type: 'step',
      transaction: id,
      step,
      at: state.at,
      event: encodeEvent(event),
      wall,
    } as const;
    await this.#append(done);
    if (!isEnded(state)) return;
    const { order, ending } = state;
    const { outcome, code, keptYen, owedYen, evidence } = ending;
    await this.#append({
      type: 'end',
      transaction: id,
      outcome,
      code,
      keptYen,
      owedYen,
      wall,
      ...(order && { order }),
      ...(evidence && { evidence }),
    });
  }

  async #append(record: LedgerRecord): Promise<void> {
    if (!this.#journal) throw new Error('The log must be resumed before it is written to.');
    await this.#journal.append(encodeRecord(record));
  }

  #fold({ seq, body }: { seq: number; body: Buffer }): void {
    const record = readRecord(body);
    if (record.type === 'start' || record.type === 'evidence') return;
    const transaction = record.transaction.toString('hex');
    if (record.type === 'end') this.#open.delete(transaction);
    else this.#replay(transaction, seq, readEvent(record.event));
  }

  #replay(transaction: TransactionId, since: number, event: Event): void {
    const open = this.#open.get(transaction) ?? { since, events: [], state: { at: 'idle' } };
    open.state = next(open.state, event)?.state ?? open.state;
    open.events.push(event);
    this.#open.set(transaction, open);
  }

  #readCheckpoint(body: Buffer): void {
    for (const { transaction, since, events } of readCheckpoint(body))
      for (const event of events) this.#replay(transaction, since, event);
  }
}
