// The door between the agent and the gate: each command with its parameters, result and events, and the gate's own events.
// Both ends check by this table what they send and receive. The gate also serves the devices of the native process.
import * as v from 'valibot';
import type { EventOf } from '../../drivers/base/event.ts';
import { cardIdentity } from '../../drivers/contract/card.ts';
import { bytes, count, nothing, timeoutMs } from '../../drivers/contract/fields.ts';
import { jobOutcome, maxImpressions, pageJob, printProgress } from '../../drivers/contract/page.ts';
import { pinEvents } from '../../drivers/contract/pinpad.ts';
import { receiptParams } from '../../drivers/contract/receipt.ts';
import { chunkLimit, documentLimit } from '../protocol/document.ts';
import { printResult } from '../protocol/evidence.ts';
import { keySetLimit } from '../protocol/key-set.ts';
import { nonce } from '../protocol/schema.ts';
import { deviceStatus } from './device-status.ts';

/** A transaction's id, 32 lower-case hex digits. */
const transaction = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const ofTransaction = v.strictObject({ transaction });

/** What was ordered, as the contract with the hub has it (agent/protocol/order-choice.ts); the gate checks its schema. */
const orderChoice = v.record(v.string(), v.unknown());

/** What became of the paper of a transaction, as the gate signed it (agent/protocol/evidence.ts). */
const signedPrint = v.strictObject({ transaction, result: printResult, evidence: bytes(1, 2048) });

const printEvents = {
  /** Progress of the print, sent at each change. */
  printing: printProgress,
};

/** Every command on a transaction fails with gate/noTransaction when it is not open. */
export const gateDoor = {
  commands: {
    /** State of every device; the devices are asked now. */
    status: { params: nothing, result: deviceStatus },
    /**
     * Makes the key pair and nonce of a new transaction, in memory only. After half an hour they are erased, unless a print is
     * under way. Errors: gate/transactionOpen (one is open: close it first).
     */
    open: { params: ofTransaction, result: nothing },
    /** Reads the card in the reader, and erases what a previous card gave. Errors: card/*, gate/sequence after `order`. */
    readCard: { params: ofTransaction, result: v.omit(cardIdentity, ['certificate']) },
    /**
     * Asks for the PIN on the pad and has the card verify it, once. Event: `pinPrompted` when the pad shows its prompt.
     * Errors: card/wrongPin with detail.triesLeft, card/locked, card/removed, pinpad/*, gate/sequence before `readCard`.
     */
    verifyPin: { params: v.strictObject({ transaction, timeoutMs }), result: nothing, events: pinEvents },
    /**
     * Has the card sign this transaction, terminal, challenge and the gate's key; seals it to the card authentication
     * service. `sealed`: up to the size that the contract with the hub allows. Errors: card/*, gate/sequence.
     */
    authenticate: {
      params: v.strictObject({ transaction, challenge: nonce }),
      result: v.strictObject({ sealed: bytes(1, 16 << 10) }),
    },
    /**
     * Verifies the card authentication service's token, has the card sign the order, seals it to the issuing service.
     * `sealed`: up to the size that the contract with the hub allows. Errors: gate/token*, gate/orderSchema, gate/sequence, card/*.
     */
    order: {
      params: v.strictObject({ transaction, token: bytes(1, 2048), challenge: nonce, order: orderChoice }),
      result: v.strictObject({ sealed: bytes(1, 32 << 10) }),
    },
    /**
     * Takes the sealed document piece by piece, in order; a repeated piece is ignored. `received`: bytes so far, from
     * the beginning. Errors: gate/documentGap, gate/documentSize, gate/sequence.
     */
    putDocument: {
      params: v.strictObject({
        transaction,
        offset: count(0, documentLimit),
        size: count(1, documentLimit),
        chunk: bytes(1, chunkLimit),
      }),
      result: v.strictObject({ received: count(0, documentLimit) }),
    },
    /**
     * Decrypts and checks the document, and asks the printer whether it offers the ordered paper and sides. Errors: gate/*, one code
     * for each thing that can differ; page/refused where it does not.
     */
    check: {
      params: ofTransaction,
      result: v.strictObject({ pages: count(1, 99), copies: count(1, 20) }),
    },
    /**
     * Makes a job at the printer for the document that `check` accepted. Once in a transaction. `impressions`: pages times copies.
     * Errors: gate/notChecked, gate/printedBefore, gate/note, page/*.
     */
    createJob: {
      params: ofTransaction,
      result: v.strictObject({ job: pageJob, impressions: count(1, maxImpressions) }),
    },
    /**
     * Sends the document and waits for the paper. Once in a transaction. Event: `printing` with the impressions so far.
     * Completes for every end of the job, and erases the document before that. `evidence`: how the job ended, signed by the gate
     * (agent/protocol/evidence.ts). Errors: gate/notChecked.
     */
    print: {
      params: v.strictObject({ transaction, timeoutMs }),
      result: v.strictObject({ outcome: jobOutcome, evidence: bytes(1, 2048) }),
      events: printEvents,
    },
    /** Prints a receipt or claim slip. Errors: receipt/*. */
    printReceipt: { params: receiptParams, result: nothing },
    /**
     * Ends a transaction in any state, and erases its keys and document. Waits first for the end of a print under way.
     * `evidenceReceived`: the agent has recorded the evidence of the print, or there was none. Otherwise the gate keeps the evidence
     * for `lateEvidence`. Never fails for a transaction that is not open.
     */
    close: { params: v.strictObject({ transaction, evidenceReceived: v.boolean() }), result: nothing },
    /**
     * A key set that the hub sent. The gate verifies it, keeps it, and uses it from the next `open` on. Nothing happens where it is the
     * present one. Errors: gate/keySet, gate/keySetUnsaved.
     */
    takeKeySet: { params: v.strictObject({ keySet: bytes(1, keySetLimit) }), result: nothing },
    /**
     * Evidence of ended transactions that the agent has not received: one at a time, until that transaction is closed with
     * `evidenceReceived`. `pending`: ask again, because there may be more. While a transaction is open, nothing is found.
     */
    lateEvidence: {
      params: nothing,
      result: v.strictObject({
        found: v.optional(signedPrint),
        pending: v.boolean(),
      }),
      events: printEvents,
    },
  },
  /** Sent at any time, not in answer to a command. */
  events: {
    cardInserted: nothing,
    cardRemoved: nothing,
    /** A device, or the native process, went offline or came back. */
    device: v.strictObject({
      device: v.picklist(['native', 'card', 'pinpad', 'receipt', 'page']),
      online: v.boolean(),
    }),
  },
};

export type GateDoor = typeof gateDoor;
export type SignedPrint = v.InferOutput<typeof signedPrint>;
export type OrderChoice = v.InferOutput<typeof orderChoice>;
/** Events that are sent while a command runs. */
export type CommandEvent = EventOf<typeof pinEvents & typeof printEvents>;
/** Events that are sent without a command. */
export type GateEvent = EventOf<GateDoor['events']>;
