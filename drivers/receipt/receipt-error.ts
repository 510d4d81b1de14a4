// What can go wrong with a receipt, for a program and for the person at the machine.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const receiptCodes = {
  'receipt/notReady': [
    'The receipt printer cannot print now; nothing was sent',
    'Close the cover, put in a paper roll, look at the cutter',
    'deviceNotReady',
  ],
  'receipt/character': [
    'The receipt printer cannot show a character; nothing was sent',
    'Write the text with characters of Shift_JIS (CP932)',
    'invalidData',
  ],
  'receipt/amount': [
    'The sum is not a whole number of yen; nothing was sent',
    'Report this to the maintainers',
    'invalidData',
  ],
  'receipt/unknown': [
    'The receipt was sent, and the printer did not say that it is out',
    'Look whether paper came out; do not print it again without looking',
    'timeout',
  ],
  'receipt/offline': [
    'The receipt printer does not answer; nothing was sent',
    'Check the plug and the power of the receipt printer',
    'connectionLost',
  ],
} as const satisfies Codes;

export class ReceiptError extends errorOf(receiptCodes) {}

export const isReceiptError = (error: unknown): error is ReceiptError => error instanceof ReceiptError;
