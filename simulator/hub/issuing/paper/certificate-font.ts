// The font of the certificates. It tells whether the font has every character and variation of a text.
import { readFileSync } from 'node:fs';
import { create } from 'fontkit';
import { HubError } from '../../service/hub-error.ts';
import { offsetOfTable, readVariations } from './variations.ts';

/** IPAmj Mincho: it has the characters of the residents' registers (文字情報基盤). Debian: fonts-ipamj-mincho. */
export const defaultFontPath = '/usr/share/fonts/truetype/ipamj/ipamjm.ttf';

export interface CertificateFont {
  /** The file, for embedding. */
  bytes: Buffer;
  /** True if the font has every character and variation sequence of `text`, and fontkit will draw exactly these. */
  has(text: string): boolean;
}

/** Version 3.0 of table `post`, as a fixed-point number: no glyph names (OpenType, post). */
const postWithoutNames = 0x0003_0000;

const isSelector = (point: number): boolean =>
  (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef);

const loaded = new Map<string, CertificateFont>();

/** Reads each font once per process (IPAmj has 46 MB). Errors: HubError if it cannot be read. */
export function loadCertificateFont(path: string): CertificateFont {
  const font = loaded.get(path) ?? load(path);
  loaded.set(path, font);
  return font;
}

function load(path: string): CertificateFont {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new HubError(`no font at ${path}; Debian package: fonts-ipamj-mincho`, { cause });
  }
  // Glyph names are not needed to draw or embed. To read 60,000 names took most of the time of a certificate.
  bytes.writeUInt32BE(postWithoutNames, offsetOfTable(bytes, 'post'));
  const font = create(bytes);
  const variations = readVariations(bytes);

  /** The glyphs that must be drawn; undefined if the font lacks one. */
  function glyphsOf(text: string): number[] | undefined {
    const points = [...text].map(character => character.codePointAt(0)!);
    const glyphs: number[] = [];
    for (let i = 0; i < points.length; i++) {
      const base = points[i]!;
      const next = points[i + 1];
      const own = isSelector(base) ? 0 : font.glyphForCodePoint(base).id;
      const glyph = next !== undefined && isSelector(next) ? variations(base, points[++i]!) : 'default';
      if (own === 0 || glyph === undefined) return undefined;
      glyphs.push(glyph === 'default' ? own : glyph);
    }
    return glyphs;
  }

  return {
    bytes,
    has(text) {
      const drawn = font.layout(text).glyphs.map(({ id }) => id);
      const wanted = glyphsOf(text);
      return (
        wanted !== undefined && wanted.length === drawn.length && wanted.every((id, i) => id === drawn[i])
      );
    },
  };
}
