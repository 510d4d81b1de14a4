// What a receipt printer promises (XFS4IoT: Printer). Nothing is ever printed twice by itself.
import * as v from 'valibot';
import { count, text } from './fields.ts';

const line = text(200);

export const receiptPrinterStatus = v.strictObject({
  online: v.boolean(),
  cover: v.picklist(['closed', 'open', 'unknown']),
  paper: v.picklist(['full', 'low', 'out', 'unknown']),
  /** Cutter, unrecoverable or auto-recoverable error, as the printer reports it. */
  error: v.picklist(['none', 'cutter', 'recoverable', 'unrecoverable', 'unknown']),
});

/** A receipt as content; layout is the driver's. Holds nothing personal. */
export const receipt = v.strictObject({
  /** Heading, e.g. 領収書. */
  title: line,
  /** Label and value, in order, e.g. ['証明書', '住民票の写し']. */
  rows: v.pipe(v.array(v.pipe(v.strictTuple([line, line]), v.readonly())), v.maxLength(50), v.readonly()),
  /** The sum, in yen, printed large; left out on a claim slip. No order costs more than a million. */
  totalYen: v.optional(count(0, 1_000_000)),
  /** Small print below. */
  notes: v.pipe(v.array(line), v.maxLength(50), v.readonly()),
});

export type ReceiptPrinterStatus = v.InferOutput<typeof receiptPrinterStatus>;
export type Receipt = v.InferOutput<typeof receipt>;

export interface ReceiptPrinter {
  status(): Promise<ReceiptPrinterStatus>;
  /**
   * Resolves when the printer itself has said that the paper is out (process-id response).
   * Errors: receipt/notReady (nothing was sent), receipt/character (cannot be shown; nothing was sent),
   * receipt/unknown (sent, no answer: paper may be out; never send again by yourself), receipt/offline.
   * `limitMs`: how long it may take in all, where that is less than the driver's own patience.
   */
  print(receipt: Receipt, limitMs?: number): Promise<void>;
  close(): Promise<void>;
}
