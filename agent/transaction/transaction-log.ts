// Transactions in the ledger journal: each step before its effects, and the end. The fold of what is read back is the
// state; so any incident replays from its journal, without personal data.

import * as v from 'valibot';
import type { Clock } from '../../drivers/contract/clock.ts';
import { decode, encode } from '../protocol/cbor.ts';
import { encodeRecord, type LedgerRecord, readRecord } from '../protocol/ledger.ts';
import { bytes, count, parse, someBytes } from '../protocol/schema.ts';
import { type Event, encodeEvent, readEvent } from './event.ts';
import { next } from './next.ts';
import { isEnded, type State, type TransactionId } from './state.ts';

/** The part of the journal that is needed here. */
export interface Appender {
  /** Durable when it resolves. */
  append(body: Buffer): Promise<{ seq: number }>;
}

export interface Recovered {
  /** Body of the last checkpoint, where there was one. */
  checkpoint?: Buffer | undefined;
  /** Every entry after it, in order. */
  entries: readonly { seq: number; body: Buffer }[];
}

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

export class TransactionLog {
  readonly #clock: Clock;
  readonly #open = new Map<TransactionId, Open>();
  #journal: Appender | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads back what an earlier run left, and takes the journal to write to. Returns the transactions to resume. */
  resume(recovered: Recovered, journal: Appender): { transaction: TransactionId; state: State }[] {
    if (recovered.checkpoint) this.#readCheckpoint(recovered.checkpoint);
    for (const { seq, body } of recovered.entries) this.#fold(seq, readRecord(body));
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
    const known = this.#open.get(transaction);
    const id = Buffer.from(transaction, 'hex');
    const wall = this.#clock.wall();
    const step = known?.events.length ?? 0;
    const { seq } = await this.#append({
      type: 'step',
      transaction: id,
      step,
      at: state.at,
      event: encodeEvent(event),
      wall,
    });
    const open = known ?? { since: seq, events: [], state };
    open.events.push(event);
    open.state = state;
    this.#open.set(transaction, open);
    if (!isEnded(state)) return;
    const { order, ending } = state;
    await this.#append({
      type: 'end',
      transaction: id,
      outcome: ending.outcome,
      code: ending.code,
      keptYen: ending.keptYen,
      owedYen: ending.owedYen,
      wall,
      ...(order && { order }),
      ...(ending.evidence && { evidence: ending.evidence }),
    });
    this.#open.delete(transaction);
  }

  async #append(record: LedgerRecord): Promise<{ seq: number }> {
    if (!this.#journal) throw new Error('The log must be resumed before it is written to.');
    return this.#journal.append(encodeRecord(record));
  }

  #fold(seq: number, record: LedgerRecord): void {
    if (record.type === 'start') return;
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
    for (const { transaction, since, events } of parse(checkpointBody, decode(body)))
      for (const event of events) this.#replay(transaction.toString('hex'), since, readEvent(event));
  }
}
