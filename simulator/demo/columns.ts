// How wide words are in a terminal, in columns.

/** Hangul, kana, kanji and full-width forms take two columns (Unicode, UAX #11); a variation selector takes none. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const without = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;

const widthOf = (character: string): number => (without.test(character) ? 0 : wide.test(character) ? 2 : 1);

export const columnsOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);

/** `text` in at most `columns`; an ellipsis stands for what is cut off. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let [fits, left] = ['', columns - 1];
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    fits += character;
  }
  return `${fits}…`;
}

/** Lines of at most `columns`, broken at spaces; a word that is longer stands alone. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && columnsOf(last) + 1 + columnsOf(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
