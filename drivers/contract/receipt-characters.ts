// The characters that a receipt printer has in its ROM, and what is printed in place of the others. A receipt always comes: what it says
// of money must not depend on how a town is written (ADR 0041).

/** Characters in the printer's ROM: `cp932` with NEC's and IBM's extensions, `jisx0208` without IBM's. */
export type Kanji = 'cp932' | 'jisx0208';

/** The geta mark: Japanese typesetters put it where they have no type for a character. Every printer has it (JIS X 0208, 2-14). */
export const geta = '〓';

/**
 * One JIS X 0208 cell with two mappings: Unicode's JIS0208.TXT (left) and Microsoft's CP932.TXT (right). Also backslash,
 * whose byte prints as ¥ in the Japanese character set (ESC R 8).
 */
const twins: Readonly<Record<string, string>> = {
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
 * `text` as it will be printed: kana composed with their voiced sound marks, JIS variants in CP932's mapping, one geta mark for each
 * character that the printer lacks, a space for each control character and line separator. Marks that choose a variant of a character,
 * and characters that nobody sees, are left out.
 */
export function printable(text: string, kanji: Kanji): string {
  let printed = '';
  for (const { segment } of characters.segment(composed(text))) printed += shown(segment, kanji);
  return printed;
}

/** The characters of `text` that no printer has, as `U+20BB7`, each once. */
export function withoutGlyph(text: string): string[] {
  const missing = Array.from(characters.segment(composed(text)), ({ segment }) => segment).filter(
    segment => segment !== geta && shown(segment, 'cp932') === geta,
  );
  return [...new Set(missing.map(codePointOf))];
}

const codePointOf = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** A character with the marks that belong to it (UAX #29). */
const characters = new Intl.Segmenter('ja', { granularity: 'grapheme' });

const composed = (text: string): string =>
  text.replace(/[\u3040-\u30ff][\u3099\u309a]/g, pair => pair.normalize('NFC'));

function shown(character: string, kanji: Kanji): string {
  const parts = Array.from(character, part => twins[part] ?? part.normalize());
  const [base] = parts;
  if (base !== undefined && isShown(base, kanji)) return parts.filter(part => isShown(part, kanji)).join('');
  if (/^[\p{Cc}\p{Z}]/u.test(character)) return ' ';
  return /^[\p{Cf}\p{M}]+$/u.test(character) ? '' : geta;
}

function isShown(character: string, kanji: Kanji): boolean {
  if (/\p{C}/u.test(character)) return false; // control characters; and private use: user-defined cells are empty in the ROM
  if (character === '¥') return true; // 5C, printed as ¥ in the Japanese character set (ESC R 8)
  const code = codes().get(character);
  if (code === undefined) return false;
  // rows above 84: IBM's characters, and NEC's copies of them
  return kanji === 'cp932' || code < 0x100 || code >> 8 <= 0xea;
}

let known: ReadonlyMap<string, number> | undefined;

/** The code of each character in CP932: WHATWG's shift_jis. Of several codes, the first. */
function codes(): ReadonlyMap<string, number> {
  if (known) return known;
  const decoder = new TextDecoder('shift_jis');
  const map = new Map<string, number>();
  const add = (code: number, bytes: number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if (Array.from(character).length === 1 && character !== '\ufffd' && !map.has(character))
      map.set(character, code);
  };
  for (let byte = 0x20; byte < 0xe0; byte++) if (byte < 0x80 || byte > 0xa0) add(byte, [byte]);
  for (let lead = 0x81; lead <= 0xfc; lead++) {
    if (lead > 0x9f && lead < 0xe0) continue;
    for (let trail = 0x40; trail <= 0xfc; trail++) add((lead << 8) | trail, [lead, trail]);
  }
  known = map;
  return map;
}
