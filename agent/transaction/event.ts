// What can happen to a transaction. Events are journaled and go to the hub's ledger, so the schemas are strict and hold nothing personal.
import * as v from 'valibot';
import { decode, encode } from '../protocol/cbor.ts';
import { waits } from '../protocol/configuration.ts';
import { order } from '../protocol/order-choice.ts';
import { count, digest, parse, someBytes, text, variantBy, word } from '../protocol/schema.ts';

/** Form of every failure code. */
export const failureCode = /^[a-z][a-zA-Z]*\/[a-zA-Z]{1,40}$/;
const code = word(failureCode);
/** As the gate reports it (agent/commands/gate-door.ts). A URI of IPP has at most 1023 octets (RFC 8011, 5.1.6). */
const job = v.strictObject({ id: count(0, 2 ** 31 - 1), uri: text(1023) });

export const event = variantBy('is', [
  /** A card was put into the reader while no readiness condition was missing. */
  v.strictObject({ is: v.literal('started'), transaction: word(/^[0-9a-f]{32}$/), waits }),
  v.strictObject({ is: v.literal('cardRead'), triesLeft: count(0, 15) }),
  v.strictObject({ is: v.literal('lastTryTaken') }),
  v.strictObject({ is: v.literal('pinRight') }),
  v.strictObject({ is: v.literal('pinWrong'), triesLeft: count(0, 15) }),
  v.strictObject({ is: v.literal('authenticated') }),
  v.strictObject({ is: v.literal('chosen'), order }),
  v.strictObject({ is: v.literal('confirmed') }),
  v.strictObject({ is: v.literal('ordered'), size: count(1, 1 << 30), digest }),
  v.strictObject({ is: v.literal('cardTaken') }),
  v.strictObject({ is: v.literal('fetched') }),
  v.strictObject({ is: v.literal('documentHeld') }),
  v.strictObject({ is: v.literal('paid') }),
  v.strictObject({ is: v.literal('captured') }),
  v.strictObject({ is: v.literal('jobCreated'), job }),
  v.strictObject({
    is: v.literal('printEnded'),
    result: v.picklist(['printed', 'notPrinted', 'unknown']),
    impressions: count(-1, 9999),
    evidence: someBytes(2048),
  }),
  v.strictObject({ is: v.literal('receiptPrinted') }),
  v.strictObject({ is: v.literal('voided') }),
  /** The till reports that it will not, or cannot, return the money that it has: `paidYen`. `code`: it reports neither, again and again. */
  v.strictObject({
    is: v.literal('voidRefused'),
    paidYen: count(0, 1_000_000),
    code: v.optional(code),
  }),
  /** The gate's process ended. The transaction's key and document were in its memory and are lost. */
  v.strictObject({ is: v.literal('gateLost') }),
  v.strictObject({ is: v.literal('claimPrinted') }),
  /** The resident pressed 取消, or answered no. */
  v.strictObject({ is: v.literal('declined') }),
  /** An effect failed with a coded error. */
  v.strictObject({ is: v.literal('failed'), effect: text(20), code }),
  v.strictObject({ is: v.literal('deadline') }),
  /** The agent was restarted and found this transaction open in the journal. */
  v.strictObject({ is: v.literal('restarted') }),
]);

export type Event = v.InferOutput<typeof event>;

export const encodeEvent = (value: Event): Buffer => encode(value);
/** Errors: protocol/cbor, protocol/schema. */
export const readEvent = (bytes: Uint8Array): Event => parse(event, decode(bytes));
