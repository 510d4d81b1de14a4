// Finds the end of an inline image (ISO 32000-1, 8.9.7): by its size where it has no filter, otherwise at the first EI.
import { refusePdf } from './broken-rule.ts';
import { isSpace } from './lexer.ts';
import type { PdfParser } from './parser.ts';
import { countOf, nameOf, type PdfValue } from './value.ts';

const components: Readonly<Record<string, number>> = {
  ...{ G: 1, DeviceGray: 1, RGB: 3, DeviceRGB: 3, CMYK: 4, DeviceCMYK: 4 },
};

/** The parser is behind BI; afterwards it is behind EI. */
export function skipInlineImage(parser: PdfParser): void {
  const entries = new Map<string, PdfValue>();
  while (!parser.taken('ID')) {
    if (parser.bytes[parser.at++] !== 0x2f) refusePdf('inlineImage');
    const key = parser.name();
    if (entries.has(key)) refusePdf('keyTwice');
    entries.set(key, parser.value());
  }
  if (!isSpace(parser.bytes[parser.at++])) refusePdf('inlineImage');
  const get = (short: string, long: string): PdfValue => entries.get(short) ?? entries.get(long) ?? null;
  const size = get('F', 'Filter') === null ? sizeOf(get) : undefined;
  if (size === undefined) skipToEnd(parser);
  else {
    parser.at += size;
    parser.skipSpace();
    if (!parser.taken('EI')) refusePdf('inlineImage');
  }
}

/** Bytes of the samples; undefined where the colour space is not one of the device's: it could be a resource. */
function sizeOf(get: (short: string, long: string) => PdfValue): number | undefined {
  const mask = get('IM', 'ImageMask') === true;
  const space = get('CS', 'ColorSpace');
  const colors = mask || Array.isArray(space) ? 1 : components[nameOf(space) ?? ''];
  const bits = mask ? 1 : countOf(get('BPC', 'BitsPerComponent'));
  const [width, height] = [countOf(get('W', 'Width')), countOf(get('H', 'Height'))];
  if (width === undefined || height === undefined || bits === undefined) return refusePdf('inlineImage');
  return colors === undefined ? undefined : ((width * colors * bits + 7) >> 3) * height;
}

function skipToEnd(parser: PdfParser): void {
  const { bytes } = parser;
  for (let at = bytes.indexOf('EI', parser.at); at >= 0; at = bytes.indexOf('EI', at + 1)) {
    const after = bytes[at + 2];
    if ((isSpace(bytes[at - 1]) || bytes[at - 1] === 0x3e) && (after === undefined || isSpace(after))) {
      parser.at = at + 2;
      return;
    }
  }
  refusePdf('inlineImage');
}
