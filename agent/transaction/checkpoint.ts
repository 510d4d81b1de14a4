// Body of a checkpoint of the ledger's journal. It holds every event of each transaction that has not ended.
import * as v from 'valibot';
import { decode, encode } from '../protocol/cbor.ts';
import { bytes, count, parse, someBytes } from '../protocol/schema.ts';
import { type Event, readEvent } from './event.ts';
import type { TransactionId } from './state.ts';

export interface OpenEvents {
  transaction: TransactionId;
  /** Sequence number of the entry with its first step. */
  since: number;
  /** Encoded, in order. */
  events: readonly Buffer[];
}

const checkpointBody = v.array(
  v.strictObject({
    transaction: bytes(16),
    since: count(0, Number.MAX_SAFE_INTEGER),
    events: v.array(someBytes(8 << 10)),
  }),
);

export const encodeCheckpoint = (open: readonly OpenEvents[]): Buffer =>
  encode(
    open.map(({ transaction, since, events }) => ({
      transaction: Buffer.from(transaction, 'hex'),
      since,
      events,
    })),
  );

/** Errors: protocol/cbor, protocol/schema. */
export const decodeCheckpoint = (body: Buffer): OpenEvents[] =>
  parse(checkpointBody, decode(body)).map(({ transaction, since, events }) => ({
    transaction: transaction.toString('hex'),
    since,
    events,
  }));

/** As decodeCheckpoint, with the events decoded. Errors: protocol/cbor, protocol/schema. */
export const readCheckpoint = (body: Buffer): (Omit<OpenEvents, 'events'> & { events: Event[] })[] =>
  decodeCheckpoint(body).map(open => ({ ...open, events: open.events.map(readEvent) }));
