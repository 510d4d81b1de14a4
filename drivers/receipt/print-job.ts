// A receipt as ESC/POS bytes, with the fence that the printer answers when the paper is out.
import { commands, transform } from 'receiptline';
import type { Receipt } from '../contract/receipt.ts';
import { layOut } from './layout.ts';
import type { EscPosProfile } from './profile.ts';

const { epson } = commands;

/** Ends a command that an earlier, torn line left half sent: no command we send is longer. NUL alone does nothing. */
const flush = '\0'.repeat(16);
/** ESC @ (initialise), then GS a 0E: automatic status on change of cover, error or paper. */
const begin = `${flush}\x1b@\x1da\x0e`;

/**
 * The whole receipt, fence included. `processId` is 4 ASCII digits.
 * Errors: receipt/character, receipt/amount.
 */
export function printJob(receipt: Receipt, profile: EscPosProfile, processId: string): Buffer {
  const command = {
    ...epson,
    charWidth: profile.columnDots,
    // receiptline turns automatic status off at the start, and asks for a plain status at the end: neither is for us.
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
 * GS ( H fn 48: the printer answers `37 22 d1 d2 d3 d4 00` when all before it is printed; a cleared job never answers.
 * Source: Epson, "ESC/POS command reference", GS ( H <Function 48>.
 */
const fence = (processId: string): string => `\x1d(H\x06\0\x30\x30${processId}`;

function without(pattern: RegExp, bytes: string): string {
  if (!pattern.test(bytes)) throw new Error(`receiptline has changed: ${pattern} is not in its output`);
  return bytes.replace(pattern, '');
}
