// Records for the hub's ledger, in the order in which the terminal's journal made them durable.
// No field here can hold a name, an address or a PIN.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { type Contract, readOn, signOn } from './contract.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { evidence, printResult } from './evidence.ts';
import { order } from './order-choice.ts';
import { boundToTopic } from './place.ts';
import {
  bytes,
  count,
  fieldPath,
  parse,
  refusalCode,
  someBytes,
  terminalId,
  text,
  transactionId,
  variantBy,
} from './schema.ts';

/** How a transaction ended. */
export const outcome = v.picklist(['issued', 'refused', 'abandoned', 'refundDue', 'unknown']);

const wall = count(0, Number.MAX_SAFE_INTEGER);

/** A record of the ledger log. */
export const ledgerRecord = variantBy('type', [
  /** One step of a transaction, written before its effects ran. `event` is the state machine's event, as CBOR. */
  v.strictObject({
    type: v.literal('step'),
    transaction: transactionId,
    /** Counts from 0 within the transaction. */
    step: count(0, 9999),
    /** The state after the step, e.g. `pay`. */
    at: text(20),
    event: someBytes(8 << 10, { cbor: v.unknown() }),
    /** The terminal's wall clock, ms since 1970 UTC: for people; nothing is decided by it. */
    wall,
  }),
  /** A transaction's end. */
  v.strictObject({
    type: v.literal('end'),
    transaction: transactionId,
    outcome,
    /** Why it ended so. */
    code: v.optional(refusalCode),
    /** What was ordered, where an order was made. */
    order: v.optional(order),
    /** Yen kept, and yen still owed to the resident. */
    keptYen: count(0, 1_000_000),
    owedYen: count(0, 1_000_000),
    /** The gate's signed evidence, where anything was sent to the printer. */
    evidence: v.optional(someBytes(2048, { signed: evidence })),
    wall,
  }),
  /** Evidence that the gate signed after the transaction had ended without it. */
  v.strictObject({
    type: v.literal('evidence'),
    transaction: transactionId,
    /** The recorded outcome, where the agent still knows it. */
    outcome: v.optional(outcome),
    /** The result in the evidence. The hub relies on the evidence only. */
    result: printResult,
    /** The gate's signed evidence. */
    evidence: someBytes(2048, { signed: evidence }),
    wall,
  }),
  /** The agent was started; `software` is its version. */
  v.strictObject({ type: v.literal('start'), software: text(40), wall }),
]);

/** Random id of one run of the agent. The answer repeats it, so that an old answer can't be passed off as a new one. */
const session = bytes(16);

/** Max records in a batch, and so in what an acknowledgement says of one. */
export const recordsInBatch = 1024;

/** Fields of a batch of either log: its records are CBOR of `record`. */
export const batchOf = (record: v.GenericSchema) => ({
  terminal: terminalId,
  /** Counts enrolments and releases of this terminal. Each begins a new chain. */
  epoch: count(1, 2 ** 32),
  session,
  /** Sequence number of the first record. A batch without records only asks for the cursor. */
  from: count(1, Number.MAX_SAFE_INTEGER),
  records: v.pipe(
    v.array(
      v.strictObject({
        /** Tag of the commit that holds the record. The hub compares the chain by it. */
        tag: bytes(16),
        body: someBytes(16 << 10, { cbor: record }),
      }),
    ),
    v.maxLength(recordsInBatch),
  ),
});

/** A batch of ledger records. The telemetry log has the same form with other bodies. */
export const batch = v.strictObject(batchOf(ledgerRecord));

/** How much of a log the hub has for good. A refused record counts as taken, so none is above `upto`; each is named once, in order. */
export const acknowledgement = v.pipe(
  v.strictObject({
    terminal: terminalId,
    epoch: count(1, 2 ** 32),
    /** As in the answered batch. */
    session,
    /** Every record up to this one is in the ledger for good; 0: none yet. `tag` is the tag of that record, zeros for 0. */
    upto: count(0, Number.MAX_SAFE_INTEGER),
    tag: bytes(16),
    /** Rises when the hub was restored from a backup, and may ask for records again. */
    generation: count(1, 2 ** 32),
    /** Records that the hub refused. It keeps them as refused; they are not sent again. */
    refused: v.pipe(
      v.array(
        v.strictObject({
          seq: count(1, Number.MAX_SAFE_INTEGER),
          code: refusalCode,
          /** The wrong field of the record. */
          path: v.optional(fieldPath),
        }),
      ),
      v.maxLength(recordsInBatch),
    ),
  }),
  v.forward(
    v.check(({ upto, refused }) => {
      const seqs = refused.map(({ seq }) => seq);
      return seqs.every((seq, i) => seq <= upto && (i === 0 || seq > seqs[i - 1]!));
    }, 'expected numbers that rise, up to the cursor'),
    ['refused'],
  ),
);

export type Outcome = v.InferOutput<typeof outcome>;
export type LedgerRecord = v.InferOutput<typeof ledgerRecord>;
export type Batch = v.InferOutput<typeof batch>;
export type Acknowledgement = v.InferOutput<typeof acknowledgement>;

export const encodeRecord = (record: LedgerRecord): Buffer => encode(record);
export const readRecord = (body: Uint8Array): LedgerRecord => parse(ledgerRecord, decode(body));

export const signBatch = (body: Batch, topic: string, agent: KeyPair, spoken?: Contract): Buffer =>
  signOn(topic, body, agent, spoken);
export const readBatch = (message: Uint8Array, topic: string, agent: CoseKey, spoken?: Contract): Batch =>
  boundToTopic(readOn(topic, batch, message, agent, spoken), topic);
export const signAcknowledgement = (
  body: Acknowledgement,
  topic: string,
  hub: KeyPair,
  spoken?: Contract,
): Buffer => signOn(topic, body, hub, spoken);
export const readAcknowledgement = (
  message: Uint8Array,
  topic: string,
  hub: CoseKey,
  spoken?: Contract,
): Acknowledgement => boundToTopic(readOn(topic, acknowledgement, message, hub, spoken), topic);
