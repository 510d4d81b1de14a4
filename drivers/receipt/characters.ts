// Which characters the printer can show. What it can't is refused before a byte is sent: a receipt never says `?`.
import { commands } from 'receiptline';
import type { EscPosProfile } from './profile.ts';
import { ReceiptError } from './receipt-error.ts';

const { epson } = commands;
/** What the printer is sent before text of this encoding; receiptline's types leave it out. */
const { codepage } = epson as typeof epson & { codepage: { shiftjis: string } };

/**
 * Same character in Unicode's JIS reading (left) and in CP932's (right): one JIS X 0208 cell, two mappings
 * (Unicode, JIS0208.TXT against Microsoft's CP932.TXT). And backslash, which prints as ¥ in the Japanese set (ESC R 8).
 */
const twins: Record<string, string> = {
  '\u301c': '\uff5e', // 〜 ～
  '\u2212': '\uff0d', // − －
  '\u2016': '\u2225', // ‖ ∥
  '\u2014': '\u2015', // — ―
  '\u00a2': '\uffe0', // ¢ ￠
  '\u00a3': '\uffe1', // £ ￡
  '\u00ac': '\uffe2', // ¬ ￢
  '\u00a6': '\uffe4', // ¦ ￤
  '\u203e': '\uffe3', // ‾ ￣
  '\u00a0': ' ',
  '\\': '\uff3c', // ＼
};

/**
 * `text` as the printer will show it: kana composed with their voice marks, JIS variants in CP932's mapping.
 * Errors: receipt/character, with detail.codePoint (`U+20BB7`), for what the printer has no glyph for.
 */
export function printable(text: string, kanji: EscPosProfile['kanji']): string {
  const composed = text.replace(/[\u3040-\u30ff][\u3099\u309a]/g, pair => pair.normalize('NFC'));
  return Array.from(composed, character => shown(character, kanji)).join('');
}

function shown(character: string, kanji: EscPosProfile['kanji']): string {
  const twin = twins[character] ?? character;
  if (isShown(twin, kanji)) return twin;
  const codePoint = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  throw new ReceiptError('receipt/character', { detail: { codePoint } });
}

const decoder = new TextDecoder('shift_jis', { fatal: true });

function isShown(character: string, kanji: EscPosProfile['kanji']): boolean {
  if (/\p{C}/u.test(character)) return false; // controls, private use: user-defined cells are empty in the ROM
  if (character.normalize() !== character) return false; // receiptline would put another character in its place
  if (character === '¥') return true; // 5C, shown as ¥ in the Japanese set (ESC R 8)
  const bytes = Buffer.from(epson.text(character, 'shiftjis'), 'latin1');
  const code = bytes.subarray(codepage.shiftjis.length);
  if (kanji === 'jisx0208' && code.length === 2 && code[0]! > 0xea) return false; // rows above 84: IBM's and NEC's copies
  try {
    return decoder.decode(code) === character;
  } catch {
    return false; // not Shift_JIS at all
  }
}
