// The printer's status bits, read. Source: Epson, "ESC/POS command reference", DLE EOT n and GS a.
import type { ReceiptPrinterStatus } from '../contract/receipt.ts';

/** DLE EOT n: asks for the real-time status n; answered even while the printer is offline. */
export const askStatus = (n: 1 | 2 | 3 | 4): Buffer => Buffer.from([0x10, 0x04, n]);

export const absent: ReceiptPrinterStatus = {
  online: false,
  cover: 'unknown',
  paper: 'unknown',
  error: 'unknown',
};

/** The answers to DLE EOT 1, 2, 3 and 4 as one status. */
export function readRealtime(bits: readonly [number, number, number, number]): ReceiptPrinterStatus {
  const [printer, offline, error, paper] = bits;
  return answering(printer, {
    cover: offline & 0x04 ? 'open' : 'closed',
    paper: paper & 0x60 || offline & 0x20 ? 'out' : paper & 0x0c ? 'low' : 'full',
    error: readError(error),
  });
}

/**
 * A printer that answers is online, whatever keeps it from printing. It calls itself offline (08) then: where nothing
 * that we know is the reason, such as its feed button being held, that is an error that goes by itself.
 */
function answering(printer: number, told: Omit<ReceiptPrinterStatus, 'online'>): ReceiptPrinterStatus {
  const explained = told.cover === 'open' || told.paper === 'out' || told.error !== 'none';
  const error = (printer & 0x08) !== 0 && !explained ? 'recoverable' : told.error;
  return { online: true, ...told, error };
}

/** The 4 bytes of an automatic status. */
export function readAutomatic(bytes: readonly number[]): ReceiptPrinterStatus {
  const [printer = 0, error = 0, paper = 0] = bytes;
  return answering(printer, {
    cover: printer & 0x20 ? 'open' : 'closed',
    paper: paper & 0x0c ? 'out' : paper & 0x03 ? 'low' : 'full',
    error: readError(error),
  });
}

/** Byte 2 of the automatic status and the answer to DLE EOT 3 agree in these bits. */
function readError(bits: number): ReceiptPrinterStatus['error'] {
  if (bits & 0x20) return 'unrecoverable';
  if (bits & 0x08) return 'cutter';
  return bits & 0x40 ? 'recoverable' : 'none';
}

/** Ready to print one receipt now: a roll that is near its end still serves. */
export const isReady = (status: ReceiptPrinterStatus): boolean =>
  status.online &&
  status.cover === 'closed' &&
  status.error === 'none' &&
  (status.paper === 'full' || status.paper === 'low');
