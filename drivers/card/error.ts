// Errors of a card and its reader.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const cardCodes = {
  'card/absent': ['There is no card in the reader', 'Put the card on the reader'],
  'card/readerOffline': [
    'The card reader does not answer',
    'Staff: check the cable of the card reader and that pcscd runs; the terminal tries again by itself',
  ],
  'card/noApplication': [
    'The card has no JPKI application',
    "Use a My Number Card. Other cards, a city's own resident card (市民カード) among them, work only at that city's own machines",
  ],
  'card/foreign': [
    'The card is of a kind that this terminal does not support',
    "Use the My Number Card itself; a smartphone's certificate is not read by this reader",
  ],
  'card/expired': [
    'The authentication certificate has expired',
    'Renew the certificate (利用者証明用電子証明書) at the counter of the municipality',
  ],
  'card/locked': [
    'The PIN is locked after three wrong entries',
    'Reset the PIN at the counter of the municipality',
  ],
  'card/wrongPin': ['The PIN was wrong', 'Enter the 4-digit PIN (利用者証明用) again'],
  'card/removed': ['The card was removed too early', 'Put the card on the reader again and leave it there'],
  'card/notVerified': ['The card has not accepted a PIN yet', 'Enter the PIN again'],
  'card/protocol': [
    'The card sent a response that a JPKI card does not send',
    'Put the card on the reader again; if it happens again, the card or the reader may be damaged',
  ],
} as const satisfies Codes;

export type CardErrorCode = keyof typeof cardCodes;

/** `detail` never holds a PIN: `triesLeft` (0 to 3), `sw` (status word, hex), `label`, `pcsc` (PC/SC code, hex). */
export class CardError extends errorOf(cardCodes) {}

export const isCardError = (error: unknown): error is CardError => error instanceof CardError;
