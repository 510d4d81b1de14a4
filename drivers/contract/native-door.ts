// The door between the gate and its native process: commands and events. Both ends check what they send and receive against
// this table. The native process receives no data of the hub, no key of the gate and no document.
import * as v from 'valibot';
import type { EventOf } from '../base/event.ts';
import { cardIdentity, cardReaderStatus, cardSignature } from './card.ts';
import { bytes, nothing, timeoutMs } from './fields.ts';
import { nativeSettings } from './native-settings.ts';
import { pinEvents, pinPadStatus } from './pinpad.ts';
import { receiptParams, receiptPrinterStatus } from './receipt.ts';

export const nativeStatus = v.strictObject({
  card: cardReaderStatus,
  pinpad: pinPadStatus,
  receipt: receiptPrinterStatus,
});

export const nativeDoor = {
  commands: {
    /**
     * Must be the first command, and is accepted once; earlier commands fail with native/notConfigured. Errors: native/configured,
     * native/unknownDriver, native/unknownProfile.
     */
    configure: { params: nativeSettings, result: nothing },
    /** Queries the devices and returns their state. */
    status: { params: nothing, result: nativeStatus },
    /** Connects to the card in the reader and reads it. Errors: card/*. */
    readCard: { params: nothing, result: cardIdentity },
    /**
     * Reads the PIN from the pad and sends it to the card once. Needs readCard before. Errors: card/wrongPin with
     * detail.triesLeft, card/locked, card/removed, pinpad/*.
     */
    verifyPin: { params: v.strictObject({ timeoutMs }), result: nothing, events: pinEvents },
    /** The card signs `message` by its own algorithm. Errors: card/notVerified, card/removed. */
    sign: {
      params: v.strictObject({ message: bytes(1, 4096) }),
      result: cardSignature,
    },
    /** Prints a receipt or claim slip. Errors: receipt/*. */
    printReceipt: { params: receiptParams, result: nothing },
  },
  /** Sent at any time, not in answer to a command. */
  events: {
    cardInserted: nothing,
    cardRemoved: nothing,
    /** A device was disconnected or connected. */
    device: v.strictObject({ device: v.picklist(['card', 'pinpad', 'receipt']), online: v.boolean() }),
  },
};

export type NativeDoor = typeof nativeDoor;
/** An event that the native process sends at any time. */
export type NativeEvent = EventOf<NativeDoor['events']>;
