// Errors of the PIN pad. No message, hint or detail contains a frame, a block or a key.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const pinpadCodes = {
  'pinpad/canceledOrTimeout': [
    'The resident pressed cancel, or the time ran out; the pad does not report which',
    'Ask the resident whether to try again',
    'canceled',
  ],
  'pinpad/canceled': ['The terminal cancelled the PIN request', 'Nothing to do', 'canceled'],
  'pinpad/offline': [
    'The PIN pad does not answer',
    'Check the PIN pad’s cable and power, and the speed and parity of its line',
    'connectionLost',
  ],
  'pinpad/busy': [
    'The PIN pad is already waiting for a PIN',
    'Wait until the resident has finished the entry',
    'sequenceError',
  ],
  'pinpad/keyExhausted': [
    'The PIN pad has used all keys of its initial key',
    'Have a new initial key loaded into the PIN pad',
    'hardwareError',
  ],
  'pinpad/noKey': ['The PIN pad has no key', 'Have the initial key loaded into the PIN pad', 'hardwareError'],
  'pinpad/fault': [
    'The PIN pad reports an internal fault',
    'Switch the PIN pad off and on; if it persists, replace it',
    'hardwareError',
  ],
  'pinpad/fraudAttempt': [
    'The PIN pad sent a response that does not belong to this request',
    'Close the terminal and have the PIN pad and its cable inspected',
    'fraudAttempt',
  ],
  'pinpad/counterFile': [
    'The record of used key counters cannot be read or written',
    'Check the disk and the permissions of the gate folder; if the record is damaged, the PIN pad needs a new key',
    'hardwareError',
  ],
  'pinpad/protocol': [
    'The PIN pad refused the request or violated its protocol',
    'Check that the configured dialect is right for this PIN pad',
    'commandErrorCode',
  ],
} as const satisfies Codes;

export type PinPadErrorCode = keyof typeof pinpadCodes;

export class PinPadError extends errorOf(pinpadCodes) {}

export const isPinPadError = (error: unknown): error is PinPadError => error instanceof PinPadError;
