// A receipt as ESC/POS bytes. It ends with a fence: a command that the printer answers when all before it is printed.
import { commands, transform } from 'receiptline';
import type { Receipt } from '../contract/receipt.ts';
import { layOut } from './layout.ts';
import type { EscPosProfile } from './profile.ts';

const { epson } = commands;

/**
 * Completes a command that was sent only in part when the line was lost: none of our commands is longer. NUL alone has no
 * effect.
 */
const flush = '\0'.repeat(16);
/** ESC @ (initialise), then GS a 0E: automatic status when the cover, an error or the paper changes. */
const begin = `${flush}\x1b@\x1da\x0e`;

/**
 * The whole receipt, fence included. `processId` is 4 ASCII digits.
 * Errors: receipt/amount.
 */
export function printJob(receipt: Receipt, profile: EscPosProfile, processId: string): Buffer {
  const command = {
    ...epson,
    charWidth: profile.columnDots,
    // receiptline turns automatic status off at the start and requests a plain status at the end. Both are removed.
    open(printer: Parameters<typeof epson.open>[0]): string {
      return begin + without(/^\x1b@\x1da\0/, epson.open.call(this, printer));
    },
    close(): string {
      const end = without(/\x1dr1$/, epson.close.call(this));
      return (
        end + (profile.cutter ? '' : `\x1bd${String.fromCharCode(profile.feedLines)}`) + fence(processId)
      );
    },
  };
  const { columns: cpl, cutter: cutting } = profile;
  const bytes = transform(layOut(receipt, profile), {
    cpl,
    cutting,
    encoding: 'shiftjis',
    spacing: true,
    command,
  });
  return Buffer.from(bytes, 'latin1');
}

/**
 * GS ( H fn 48: the printer answers `37 22 d1 d2 d3 d4 00` when all before it is printed. It never answers for a cleared job.
 * Source: Epson, "ESC/POS command reference", GS ( H <Function 48>.
 */
const fence = (processId: string): string => `\x1d(H\x06\0\x30\x30${processId}`;

function without(pattern: RegExp, bytes: string): string {
  if (!pattern.test(bytes)) throw new Error(`receiptline has changed: ${pattern} is not in its output`);
  return bytes.replace(pattern, '');
}
