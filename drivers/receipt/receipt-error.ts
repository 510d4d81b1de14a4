// Errors of the receipt printer.
import { type Codes, errorOf } from '../base/error.ts';

/** All codes, for docs/codes.md. */
export const receiptCodes = {
  'receipt/notReady': [
    'The receipt printer cannot print now; nothing was sent',
    'Close the cover, check the paper roll, check the cutter',
    'deviceNotReady',
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
