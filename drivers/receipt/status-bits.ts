// Decodes the printer's status bits. Source: Epson, "ESC/POS command reference", DLE EOT n and GS a.
import type { ReceiptPrinterStatus } from '../contract/receipt.ts';

/** DLE EOT n: requests the real-time status n. The printer answers it even while it is offline. */
export const askStatus = (n: 1 | 2 | 3 | 4): Buffer => Buffer.from([0x10, 0x04, n]);

export const absent: ReceiptPrinterStatus = {
  online: false,
  cover: 'unknown',
  paper: 'unknown',
  error: 'unknown',
};

/** Combines the answers to DLE EOT 1, 2, 3 and 4 into one status. */
export function readRealtime(bits: readonly [number, number, number, number]): ReceiptPrinterStatus {
  const [printer, offline, error, paper] = bits;
  return answering(printer, {
    cover: offline & 0x04 ? 'open' : 'closed',
    paper: paper & 0x60 || offline & 0x20 ? 'out' : paper & 0x0c ? 'low' : 'full',
    error: readError(error),
  });
}

/**
 * For us a printer that answers is online, even if it cannot print. The printer's own offline bit (08) is set whenever it
 * cannot print. If cover, paper and error do not explain it, the reason is temporary, such as a pressed feed button: then it
 * is reported as a recoverable error.
 */
function answering(printer: number, reported: Omit<ReceiptPrinterStatus, 'online'>): ReceiptPrinterStatus {
  const explained = reported.cover === 'open' || reported.paper === 'out' || reported.error !== 'none';
  const error = (printer & 0x08) !== 0 && !explained ? 'recoverable' : reported.error;
  return { online: true, ...reported, error };
}

/** Decodes the 4 bytes of an automatic status. */
export function readAutomatic(bytes: readonly number[]): ReceiptPrinterStatus {
  const [printer = 0, error = 0, paper = 0] = bytes;
  return answering(printer, {
    cover: printer & 0x20 ? 'open' : 'closed',
    paper: paper & 0x0c ? 'out' : paper & 0x03 ? 'low' : 'full',
    error: readError(error),
  });
}

/** Byte 2 of the automatic status and the answer to DLE EOT 3 have the same meaning in these bits. */
function readError(bits: number): ReceiptPrinterStatus['error'] {
  if (bits & 0x20) return 'unrecoverable';
  if (bits & 0x08) return 'cutter';
  return bits & 0x40 ? 'recoverable' : 'none';
}

/** Ready to print one receipt now. A roll that is near its end is still enough. */
export const isReady = (status: ReceiptPrinterStatus): boolean =>
  status.online &&
  status.cover === 'closed' &&
  status.error === 'none' &&
  (status.paper === 'full' || status.paper === 'low');
