// The contract of a receipt printer (XFS4IoT: Printer). A driver never repeats a print by itself.
import * as v from 'valibot';
import { count, text } from './fields.ts';

const line = text(200);

export const receiptPrinterStatus = v.strictObject({
  online: v.boolean(),
  cover: v.picklist(['closed', 'open', 'unknown']),
  paper: v.picklist(['full', 'low', 'out', 'unknown']),
  /** The error that the printer reports: of the cutter, unrecoverable, or auto-recoverable. */
  error: v.picklist(['none', 'cutter', 'recoverable', 'unrecoverable', 'unknown']),
});

/** The content of a receipt. The driver makes the layout. It contains no personal data. */
export const receipt = v.strictObject({
  /** Heading, e.g. 領収書. */
  title: line,
  /** Label and value, in order, e.g. ['証明書', '住民票の写し']. */
  rows: v.pipe(v.array(v.pipe(v.strictTuple([line, line]), v.readonly())), v.maxLength(50), v.readonly()),
  /** The total in yen, printed large; absent on a claim slip. No order costs more than 1,000,000 yen. */
  totalYen: v.optional(count(0, 1_000_000)),
  /** Notes below the total. */
  notes: v.pipe(v.array(line), v.maxLength(50), v.readonly()),
});

/** Of the command `printReceipt`, at both doors. */
export const receiptParams = v.strictObject({ receipt });

export type ReceiptPrinterStatus = v.InferOutput<typeof receiptPrinterStatus>;
export type Receipt = v.InferOutput<typeof receipt>;

export interface ReceiptPrinter {
  status(): Promise<ReceiptPrinterStatus>;
  /**
   * Resolves when the printer has reported that the receipt is printed (process-id response).
   * A character that the printer lacks is replaced (receipt-characters.ts). Errors: receipt/notReady (nothing was sent), receipt/unknown (sent, but no response: the paper may be out; never print again automatically), receipt/offline.
   * `limitMs`: max. total duration in ms, if it is shorter than the driver's own time limit.
   */
  print(receipt: Receipt, limitMs?: number): Promise<void>;
  close(): Promise<void>;
}
