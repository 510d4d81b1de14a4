// The door between the gate and its native process: commands, and events. Both ends check what they send and receive by
// this table. The native process gets nothing of the hub, of the gate's keys or of a document.
import * as v from 'valibot';
import type { EventOf } from '../base/event.ts';
import { cardIdentity, cardReaderStatus, signatureBytes } from './card.ts';
import { bytes, nothing, timeoutMs } from './fields.ts';
import { nativeSettings } from './native-settings.ts';
import { pinPadStatus } from './pinpad.ts';
import { receipt, receiptPrinterStatus } from './receipt.ts';

export const nativeStatus = v.strictObject({
  card: cardReaderStatus,
  pinpad: pinPadStatus,
  receipt: receiptPrinterStatus,
});

export const pinEvents = {
  /** The pad shows its prompt. */
  pinPrompted: nothing,
};

export const receiptParams = v.strictObject({ receipt });

export const nativeDoor = {
  commands: {
    /**
     * The first command, once; others fail with native/notConfigured before it. Errors: native/configured,
     * native/unknownDriver, native/unknownProfile.
     */
    configure: { params: nativeSettings, result: nothing },
    /** State of its devices, asked now. */
    status: { params: nothing, result: nativeStatus },
    /** Connects to the card that lies in the reader, and reads it. Errors: card/*. */
    readCard: { params: nothing, result: cardIdentity },
    /**
     * Asks for the PIN on the pad and shows it to the card that was read, once. Errors: card/wrongPin with
     * detail.triesLeft, card/locked, card/removed, pinpad/*.
     */
    verifyPin: { params: v.strictObject({ timeoutMs }), result: nothing, events: pinEvents },
    /** Has the card sign, PKCS#1 v1.5 over SHA-256. Errors: card/notVerified, card/removed. */
    sign: {
      params: v.strictObject({ message: bytes(1, 4096) }),
      result: v.strictObject({ signature: bytes(signatureBytes, signatureBytes) }),
    },
    /** Prints a receipt or claim slip. Errors: receipt/*. */
    printReceipt: { params: receiptParams, result: nothing },
  },
  /** Sent at any time, not in answer to a command. */
  events: {
    cardInserted: nothing,
    cardRemoved: nothing,
    /** A device went or came back. */
    device: v.strictObject({ device: v.picklist(['card', 'pinpad', 'receipt']), online: v.boolean() }),
  },
};

export type NativeDoor = typeof nativeDoor;
/** Sent by itself. */
export type NativeEvent = EventOf<NativeDoor['events']>;
