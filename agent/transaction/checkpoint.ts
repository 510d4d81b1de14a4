// Body of a checkpoint of the ledger's journal. It holds every event of each transaction that has not ended, and the claims.
import * as v from 'valibot';
import { decode, encode } from '../protocol/cbor.ts';
import { printResult } from '../protocol/evidence.ts';
import { outcome } from '../protocol/ledger.ts';
import { bytes, count, parse, someBytes, text } from '../protocol/schema.ts';
import { type Claim, maxClaims } from './claims.ts';
import { type Event, readEvent } from './event.ts';
import type { TransactionId } from './state.ts';

export interface OpenEvents {
  transaction: TransactionId;
  /** Sequence number of the entry with its first step. */
  since: number;
  /** Encoded, in order. */
  events: readonly Buffer[];
}

export interface CheckpointContent {
  open: OpenEvents[];
  claims: Claim[];
}

const openBody = v.array(
  v.strictObject({
    transaction: bytes(16),
    since: count(0, Number.MAX_SAFE_INTEGER),
    events: v.array(someBytes(8 << 10)),
  }),
);
const claimsBody = v.pipe(
  v.array(
    v.strictObject({
      transaction: bytes(16),
      outcome,
      code: text(60),
      owedYen: count(0, 1_000_000),
      paper: v.optional(printResult),
    }),
  ),
  v.maxLength(maxClaims),
);
/** Without claims it is the list alone, as versions before the claims wrote it. */
const checkpointBody = v.union([openBody, v.strictObject({ open: openBody, claims: claimsBody })]);

const asBytes = ({ transaction }: { transaction: TransactionId }) => ({
  transaction: Buffer.from(transaction, 'hex'),
});
const asText = ({ transaction }: { transaction: Buffer }) => ({ transaction: transaction.toString('hex') });

export function encodeCheckpoint(open: readonly OpenEvents[], claims: readonly Claim[] = []): Buffer {
  const openEvents = open.map(({ events, ...one }) => ({ ...one, ...asBytes(one), events: [...events] }));
  if (claims.length === 0) return encode(openEvents);
  return encode({ open: openEvents, claims: claims.map(claim => ({ ...claim, ...asBytes(claim) })) });
}

/** Errors: protocol/cbor, protocol/schema. */
export function decodeCheckpoint(body: Buffer): CheckpointContent {
  const content = parse(checkpointBody, decode(body));
  const { open, claims } = Array.isArray(content) ? { open: content, claims: [] } : content;
  return {
    open: open.map(one => ({ ...one, ...asText(one) })),
    claims: claims.map(({ paper, ...claim }) => ({ ...claim, ...asText(claim), ...(paper && { paper }) })),
  };
}

/** The open transactions of a checkpoint, with the events decoded. Errors: protocol/cbor, protocol/schema. */
export const readCheckpoint = (body: Buffer): (Omit<OpenEvents, 'events'> & { events: Event[] })[] =>
  decodeCheckpoint(body).open.map(one => ({ ...one, events: one.events.map(readEvent) }));
