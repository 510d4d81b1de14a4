// The characters that the printer can print. Others are refused before a byte is sent: a receipt never has `?` in their place.
import { commands } from 'receiptline';
import type { EscPosProfile } from './profile.ts';
import { ReceiptError } from './receipt-error.ts';

const { epson } = commands;
/** The command before text in this encoding. It is missing from receiptline's types. */
const { codepage } = epson as typeof epson & { codepage: { shiftjis: string } };

/**
 * One JIS X 0208 cell with two mappings: Unicode's JIS0208.TXT (left) and Microsoft's CP932.TXT (right). Also backslash,
 * whose byte prints as ¥ in the Japanese character set (ESC R 8).
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
 * Returns `text` as it will be printed: kana composed with their voiced sound marks, JIS variants in CP932's mapping.
 * Errors: receipt/character, with detail.codePoint (e.g. `U+20BB7`), if the printer has no glyph for a character.
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
  if (/\p{C}/u.test(character)) return false; // control characters; and private use: user-defined cells are empty in the ROM
  if (character.normalize() !== character) return false; // receiptline would replace it by another character
  if (character === '¥') return true; // 5C, printed as ¥ in the Japanese character set (ESC R 8)
  const bytes = Buffer.from(epson.text(character, 'shiftjis'), 'latin1');
  const code = bytes.subarray(codepage.shiftjis.length);
  if (kanji === 'jisx0208' && code.length === 2 && code[0]! > 0xea) return false; // rows above 84: IBM's characters, and NEC's copies of them
  try {
    return decoder.decode(code) === character;
  } catch {
    return false; // not Shift_JIS at all
  }
}
