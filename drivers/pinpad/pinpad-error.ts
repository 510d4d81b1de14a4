// What can go wrong at the PIN pad. No message, hint or detail ever holds a frame, a block or a key.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const pinpadCodes = {
  'pinpad/canceledOrTimeout': [
    'The resident pressed cancel, or the time ran out; the pad does not tell which',
    'Ask the resident whether to try again',
    'canceled',
  ],
  'pinpad/canceled': ['The terminal called the PIN request off', 'Nothing to do', 'canceled'],
  'pinpad/offline': [
    'The PIN pad does not answer',
    'Check the cable and the power of the PIN pad, and the speed and parity of its line',
    'connectionLost',
  ],
  'pinpad/busy': [
    'The PIN pad already waits for a PIN',
    'Wait until the resident has finished',
    'sequenceError',
  ],
  'pinpad/keyExhausted': [
    'The PIN pad has used up its key',
    'Have the PIN pad loaded with a new initial key',
    'hardwareError',
  ],
  'pinpad/noKey': [
    'The PIN pad holds no key',
    'Have the PIN pad loaded with its initial key',
    'hardwareError',
  ],
  'pinpad/fault': [
    'The PIN pad reports a fault of its own',
    'Switch the PIN pad off and on; if it persists, replace it',
    'hardwareError',
  ],
  'pinpad/fraudAttempt': [
    'The PIN pad gave an answer that does not belong to this request',
    'Close the terminal and have the PIN pad and its cable inspected',
    'fraudAttempt',
  ],
  'pinpad/counterFile': [
    'The record of used key counters cannot be read or written',
    'Check disk and rights of the gate folder; a damaged record means that the PIN pad needs a new key',
    'hardwareError',
  ],
  'pinpad/protocol': [
    'The PIN pad refused the request or broke its protocol',
    'Check that the configured dialect is that of this PIN pad',
    'commandErrorCode',
  ],
} as const satisfies Codes;

export type PinPadErrorCode = keyof typeof pinpadCodes;

export class PinPadError extends errorOf(pinpadCodes) {}

export const isPinPadError = (error: unknown): error is PinPadError => error instanceof PinPadError;
