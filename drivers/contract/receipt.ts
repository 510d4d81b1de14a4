// What a receipt printer promises (XFS4IoT: Printer). Nothing is ever printed twice by itself.

export interface ReceiptPrinterStatus {
  online: boolean;
  cover: 'closed' | 'open' | 'unknown';
  paper: 'full' | 'low' | 'out' | 'unknown';
  /** Cutter, unrecoverable or auto-recoverable error, as the printer tells it. */
  error: 'none' | 'cutter' | 'recoverable' | 'unrecoverable' | 'unknown';
}

/** A receipt as content; layout is the driver's. Holds nothing personal. */
export interface Receipt {
  /** Heading, e.g. 領収書. */
  title: string;
  /** Label and value, in order, e.g. ['証明書', '住民票の写し']. */
  rows: readonly (readonly [label: string, value: string])[];
  /** The sum, in yen, printed large; left out on a claim slip. */
  totalYen?: number;
  /** Small print below. */
  notes: readonly string[];
}

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
