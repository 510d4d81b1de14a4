// What a card or its reader refuses, each with what the person at the machine does next.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const cardCodes = {
  'card/absent': ['No card lies in the reader', 'Put the card on the reader'],
  'card/readerOffline': [
    'The card reader does not answer',
    'Staff: check the cable of the card reader and that pcscd runs; the terminal tries again by itself',
  ],
  'card/noApplication': [
    'The card has no JPKI application',
    "Use a My Number Card. Other cards, a city's own resident card (市民カード) among them, work only at that city's own machines",
  ],
  'card/foreign': [
    'The card calls itself something that this terminal does not serve',
    "Use the My Number Card itself; a smartphone's certificate is not read by this reader",
  ],
  'card/expired': [
    'The authentication certificate has run out',
    'The certificate (利用者証明用電子証明書) is renewed at the counter of the municipality',
  ],
  'card/locked': [
    'The PIN is locked after three wrong tries',
    'The PIN is set anew at the counter of the municipality',
  ],
  'card/wrongPin': ['The PIN was wrong', 'Enter the 4-digit PIN (利用者証明用) again'],
  'card/removed': [
    'The card was taken away too early',
    'Put the card on the reader again and leave it there',
  ],
  'card/notVerified': ['The card has not taken a PIN yet', 'Begin again with the PIN'],
  'card/protocol': [
    'The card gave an answer that no JPKI card gives',
    'Put the card on the reader again; if it happens again, the card or the reader may be damaged',
  ],
} as const satisfies Codes;

export type CardErrorCode = keyof typeof cardCodes;

/** `detail` never holds a PIN: `triesLeft` (0 to 3), `sw` (status word, hex), `label`, `pcsc` (PC/SC code, hex). */
export class CardError extends errorOf(cardCodes) {}

export const isCardError = (error: unknown): error is CardError => error instanceof CardError;
