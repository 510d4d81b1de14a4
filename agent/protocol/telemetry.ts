// Telemetry for an operator of many terminals: the state of a terminal, not what residents did there. Fields hold numbers, codes and
// words of fixed lists only: no free text, no name, no transaction id.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { type Contract, readOn, signOn } from './contract.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { batchOf, outcome } from './ledger.ts';
import { boundToTopic } from './place.ts';
import { count, parse, refusalCode, stateName, table, variantBy, word } from './schema.ts';

const anyCount = count(0, Number.MAX_SAFE_INTEGER);
/** Name and version of the agent. */
const software = word(/^madoguchi [0-9][0-9a-z.+-]{0,29}$/);

const when = {
  /** Since the agent's start, monotonic, in ms: for durations. */
  ms: anyCount,
  /** Wall clock, ms since 1970 UTC: for people. */
  wall: anyCount,
};

/** A record of the telemetry log. */
export const telemetryRecord = variantBy('type', [
  v.strictObject({ type: v.literal('start'), software, ...when }),
  /** The agent was asked to stop. Where it is missing before a `start`, the agent was killed, crashed, or lost its power. */
  v.strictObject({ type: v.literal('stop'), software, ...when }),
  /** A readiness condition was lost, or is back; or a warning began (`lost`), or is over; by its code (docs/codes.md). */
  v.strictObject({
    type: v.literal('condition'),
    code: refusalCode,
    is: v.picklist(['lost', 'back']),
    ...when,
  }),
  /** `code`: why it is down (docs/codes.md), reported again where it changes; `reason`: the broker's, of CONNACK or DISCONNECT. */
  v.strictObject({
    type: v.literal('link'),
    is: v.picklist(['up', 'down']),
    code: v.optional(refusalCode),
    reason: v.optional(count(0, 255)),
    ...when,
  }),
  /** A transaction's end, and the time that it spent in each state, in ms. */
  v.strictObject({
    type: v.literal('transaction'),
    outcome,
    code: refusalCode,
    spentMs: table(stateName, anyCount),
    ...when,
  }),
  /** A printer warns that it will need something soon, by its own keyword (RFC 8011, 5.4.12). `over`: it no longer warns. */
  v.strictObject({
    type: v.literal('paper'),
    printer: v.picklist(['receipt', 'page']),
    warning: word(/^[a-z][a-z-]{0,39}$/),
    is: v.picklist(['on', 'over']),
    ...when,
  }),
  /** `waiting`: ledger records that the hub has not acknowledged; `reserveReached`: of the ledger's disk space; `dropped`: lost telemetry records; `logDropped`: lost lines of the agent's log. */
  v.strictObject({
    type: v.literal('journal'),
    waiting: anyCount,
    reserveReached: v.boolean(),
    dropped: anyCount,
    logDropped: anyCount,
    ...when,
  }),
  /** `unused`: messages that were not used since the start; whole days until the link's certificate runs out; this machine's clock against the hub's. */
  v.strictObject({
    type: v.literal('hub'),
    unused: anyCount,
    /** Until the year 9999, at most. */
    certificateDays: count(-10_000_000, 10_000_000),
    clockAheadMs: v.optional(count(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
    ...when,
  }),
]);

/** A batch of telemetry records. What lies below `oldest` is gone, so no batch begins there. */
export const telemetryBatch = v.pipe(
  v.strictObject({
    ...batchOf(telemetryRecord),
    /** Number of the oldest kept record. Records below it that the hub lacks were dropped and will never be sent. */
    oldest: count(1, Number.MAX_SAFE_INTEGER),
  }),
  v.forward(
    v.check(({ from, oldest }) => from >= oldest, 'expected no record below the oldest'),
    ['oldest'],
  ),
);

/** What lies below `oldest` is gone, so no batch begins there. */
export type TelemetryRecord = v.InferOutput<typeof telemetryRecord>;
export type TelemetryBatch = v.InferOutput<typeof telemetryBatch>;

export const encodeTelemetry = (record: TelemetryRecord): Buffer => encode(record);
export const readTelemetry = (body: Uint8Array): TelemetryRecord => parse(telemetryRecord, decode(body));

export const signTelemetryBatch = (
  body: TelemetryBatch,
  topic: string,
  agent: KeyPair,
  spoken?: Contract,
): Buffer => signOn(topic, body, agent, spoken);
export const readTelemetryBatch = (
  message: Uint8Array,
  topic: string,
  agent: CoseKey,
  spoken?: Contract,
): TelemetryBatch => boundToTopic(readOn(topic, telemetryBatch, message, agent, spoken), topic);
