// Errors of the receipt printer.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const receiptCodes = {
  'receipt/notReady': [
    'The receipt printer cannot print now; nothing was sent',
    'Close the cover, check the paper roll, check the cutter',
    'deviceNotReady',
  ],
  'receipt/character': [
    'The receipt printer cannot print a character of the text; nothing was sent',
    'Use only characters of Shift_JIS (CP932) in the text',
    'invalidData',
  ],
  'receipt/amount': [
    'The total is not a whole number of yen; nothing was sent',
    'Report this to the maintainers',
    'invalidData',
  ],
  'receipt/unknown': [
    'The receipt was sent, but the printer did not confirm that it is printed',
    'Check whether the receipt came out; do not print it again before that',
    'timeout',
  ],
  'receipt/offline': [
    'The receipt printer does not answer; nothing was sent',
    'Check the cable and the power of the receipt printer',
    'connectionLost',
  ],
} as const satisfies Codes;

export class ReceiptError extends errorOf(receiptCodes) {}

export const isReceiptError = (error: unknown): error is ReceiptError => error instanceof ReceiptError;
