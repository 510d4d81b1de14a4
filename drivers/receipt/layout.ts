// Lays out a receipt's content as a ReceiptLine document (npm receiptline). print-job.ts turns it into bytes.
import { commands } from 'receiptline';
import type { Receipt } from '../contract/receipt.ts';
import { printable } from '../contract/receipt-characters.ts';
import type { EscPosProfile } from './profile.ts';
import { ReceiptError } from './receipt-error.ts';

/**
 * Title in double size, centred; rows with the label on the left and the value on the right; total in double size; notes below.
 * Errors: receipt/amount.
 */
export function layOut(receipt: Receipt, { columns, kanji }: EscPosProfile): string {
  const plain = (text: string) => printable(text, kanji);
  const title = plain(receipt.title);
  const rows = receipt.rows.map(row => row.map(plain) as [label: string, value: string]);
  const notes = receipt.notes.map(plain);
  const labelColumns = Math.min(Math.max(1, ...rows.map(([label]) => width(label))), columns >> 1);
  return [
    `^^^${literal(title)}`,
    '',
    `{width:${labelColumns},*}`,
    ...rows.map(([label, value]) => `${literal(label)} | ${literal(value)}`),
    '{width:auto}',
    ...(receipt.totalYen === undefined ? [] : ['-', `^^^合計 | ^^^${yen(receipt.totalYen)}`]),
    ...(notes.length === 0 ? [] : ['-', ...notes.map(note => `|${literal(note)}`)]),
  ].join('\n');
}

/** Escapes every character that could be ReceiptLine markup: all ASCII characters except letters and digits, also the space. */
function literal(text: string): string {
  return text.replace(
    /[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/g,
    mark => `\\x${mark.charCodeAt(0).toString(16)}`,
  );
}

const width = (text: string): number => commands.epson.measureText(text, 'shiftjis');

function yen(sum: number): string {
  if (!Number.isSafeInteger(sum) || sum < 0) throw new ReceiptError('receipt/amount');
  return literal(`¥${sum.toLocaleString('en-US')}`);
}
