// Reads the variation sequences of a TrueType font: cmap subtable format 14 (OpenType, cmap, "Unicode Variation Sequences").
// fontkit silently draws the base character for an unknown sequence. So every sequence is checked here before it is drawn.

/** The glyph of a sequence. `'default'`: the glyph of the base character. Undefined: the font does not have the sequence. */
export type Variations = (base: number, selector: number) => number | 'default' | undefined;

/** Offset of a table's first byte. Errors: RangeError if the font does not have the table. */
export const offsetOfTable = (font: Buffer, tag: string): number => {
  const tables = font.readUInt16BE(4);
  for (let at = 12; at < 12 + 16 * tables; at += 16)
    if (font.toString('latin1', at, at + 4) === tag) return font.readUInt32BE(at + 8);
  throw new RangeError(`The font has no table ${tag}.`);
};

/** Reads the font's variation sequences; none if it has no such subtable. Errors: RangeError if it is not a font. */
export function readVariations(font: Buffer): Variations {
  const cmap = offsetOfTable(font, 'cmap');
  const subtables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, i) => cmap + font.readUInt32BE(cmap + 8 + 8 * i),
  );
  const start = subtables.find(at => font.readUInt16BE(at) === 14);
  if (start === undefined) return () => undefined;
  const selectors = new Map<number, { defaults: number; others: number }>();
  const offset = (at: number) => (font.readUInt32BE(at) === 0 ? 0 : start + font.readUInt32BE(at));
  for (let i = 0, at = start + 10; i < font.readUInt32BE(start + 6); i++, at += 11)
    selectors.set(font.readUIntBE(at, 3), { defaults: offset(at + 3), others: offset(at + 7) });

  return (base, selector) => {
    const tables = selectors.get(selector);
    if (!tables) return undefined;
    return (
      otherGlyph(font, tables.others, base) ??
      (isDefault(font, tables.defaults, base) ? 'default' : undefined)
    );
  };
}

/** Ranges of 4 bytes: the first code point and the number of further ones. */
function isDefault(font: Buffer, table: number, base: number): boolean {
  if (table === 0) return false;
  for (let i = 0, at = table + 4; i < font.readUInt32BE(table); i++, at += 4) {
    const first = font.readUIntBE(at, 3);
    if (first <= base && base <= first + font.readUInt8(at + 3)) return true;
  }
  return false;
}

/** Mappings of 5 bytes: a code point and its glyph. */
function otherGlyph(font: Buffer, table: number, base: number): number | undefined {
  if (table === 0) return undefined;
  for (let i = 0, at = table + 4; i < font.readUInt32BE(table); i++, at += 5)
    if (font.readUIntBE(at, 3) === base) return font.readUInt16BE(at + 3);
  return undefined;
}
