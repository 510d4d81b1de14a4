// What the hub's ledger learns: records in the order in which the terminal's journal made them durable.
// No field here could hold a name, an address or a PIN.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { printResult } from './evidence.ts';
import { order } from './order-choice.ts';
import { bytes, count, parse, refusalCode, someBytes, terminalId, text, transactionId } from './schema.ts';

export const outcome = v.picklist(['issued', 'refused', 'abandoned', 'refundDue', 'unknown']);

const wall = count(0, Number.MAX_SAFE_INTEGER);

export const ledgerRecord = v.variant('type', [
  /** One step of a transaction, written before its effects ran. `event` is the machine's own, as CBOR. */
  v.strictObject({
    type: v.literal('step'),
    transaction: transactionId,
    /** Counts from 0 within the transaction. */
    step: count(0, 9999),
    /** The state after the step, e.g. `pay`. */
    at: text(20),
    event: someBytes(8 << 10),
    /** Terminal's wall clock, ms since 1970 UTC: for people, never for deciding. */
    wall,
  }),
  /** A transaction's end. */
  v.strictObject({
    type: v.literal('end'),
    transaction: transactionId,
    outcome,
    /** Why, where it was not issued. */
    code: v.optional(refusalCode),
    /** What was ordered, where it came so far. */
    order: v.optional(order),
    /** Yen kept, and yen still owed to the resident. */
    keptYen: count(0, 1_000_000),
    owedYen: count(0, 1_000_000),
    /** The gate's signed evidence, where anything was sent to the printer. */
    evidence: v.optional(someBytes(2048)),
    wall,
  }),
  /** The gate signed what became of the paper after the transaction had ended without that. */
  v.strictObject({
    type: v.literal('evidence'),
    transaction: transactionId,
    /** The end as it was recorded, where the agent still knows it. */
    outcome: v.optional(outcome),
    /** What the evidence says of the paper; the hub believes the evidence only. */
    result: printResult,
    /** The gate's signed evidence. */
    evidence: someBytes(2048),
    wall,
  }),
  /** Agent started: version and why it knows. */
  v.strictObject({ type: v.literal('start'), software: text(40), wall }),
]);

/** Of one run of the agent, at random: the answer says it again, so that nobody can show an old answer for a new one. */
const session = bytes(16);

/** Of the telemetry log, too, with other bodies. */
export const batch = v.strictObject({
  terminal: terminalId,
  /** Counts enrolments of this terminal; a new one starts a new chain. */
  epoch: count(1, 2 ** 32),
  session,
  /** Sequence number of the first record. Without records the batch asks for the cursor only. */
  from: count(1, Number.MAX_SAFE_INTEGER),
  records: v.array(
    v.strictObject({
      /** Tag of the commit that holds the record: the chain the hub compares. */
      tag: bytes(16),
      /** CBOR of a LedgerRecord. */
      body: someBytes(16 << 10),
    }),
  ),
});

const acknowledgement = v.strictObject({
  terminal: terminalId,
  epoch: count(1, 2 ** 32),
  /** As in the batch that it answers. */
  session,
  /** Every record up to this one is in the ledger for good; 0: none yet. `tag` is that record's, zeroes for 0. */
  upto: count(0, Number.MAX_SAFE_INTEGER),
  tag: bytes(16),
  /** Rises when the hub was restored from a backup and may ask again. */
  generation: count(1, 2 ** 32),
  /** Records that were taken as refused: kept, never retried. */
  refused: v.array(v.strictObject({ seq: count(1, Number.MAX_SAFE_INTEGER), code: refusalCode })),
});

export type Outcome = v.InferOutput<typeof outcome>;
export type LedgerRecord = v.InferOutput<typeof ledgerRecord>;
export type Batch = v.InferOutput<typeof batch>;
export type Acknowledgement = v.InferOutput<typeof acknowledgement>;

export const encodeRecord = (record: LedgerRecord): Buffer => encode(record);
export const readRecord = (body: Uint8Array): LedgerRecord => parse(ledgerRecord, decode(body));

export const signBatch = (body: Batch, topic: string, agent: KeyPair): Buffer =>
  sign1(body, agent, contextOf.topic(topic));
export const readBatch = (message: Uint8Array, topic: string, agent: CoseKey): Batch =>
  parse(batch, verify1(message, agent, contextOf.topic(topic)));
export const signAcknowledgement = (body: Acknowledgement, topic: string, hub: KeyPair): Buffer =>
  sign1(body, hub, contextOf.topic(topic));
export const readAcknowledgement = (message: Uint8Array, topic: string, hub: CoseKey): Acknowledgement =>
  parse(acknowledgement, verify1(message, hub, contextOf.topic(topic)));
