// The font that certificates are set in, and whether it has every character of a text, variations included.
import { readFileSync } from 'node:fs';
import { create } from 'fontkit';
import { HubError } from '../../service/hub-error.ts';
import { offsetOfTable, readVariations } from './variations.ts';

/** IPAmj Mincho, made for the characters of registers (文字情報基盤). Debian: fonts-ipamj-mincho. */
export const defaultFontPath = '/usr/share/fonts/truetype/ipamj/ipamjm.ttf';

export interface CertificateFont {
  /** The file, for embedding. */
  bytes: Buffer;
  /** True where every character and every variation sequence of `text` is in the font, and is what will be drawn. */
  has(text: string): boolean;
}

/** `post` without names of glyphs (OpenType, post, version 3.0), as a fixed-point number. */
const postWithoutNames = 0x0003_0000;

const isSelector = (point: number): boolean =>
  (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef);

const loaded = new Map<string, CertificateFont>();

/** Reads each font once a process; 46 MB for IPAmj. Errors: HubError where it can't be read. */
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
  // Nothing that is drawn or embedded needs them, and to read 60,000 names took most of the time that a certificate took.
  bytes.writeUInt32BE(postWithoutNames, offsetOfTable(bytes, 'post'));
  const font = create(bytes);
  const variations = readVariations(bytes);

  /** What should be drawn, glyph by glyph; undefined where something is missing. */
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
