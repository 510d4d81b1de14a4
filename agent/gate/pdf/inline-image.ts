// Finds the end of an inline image (ISO 32000-1, 8.9.7) where every reader finds it: at the end of its samples, or of its encoded
// data, with white space and the first EI there. What a reader could measure in another way is refused: it would draw what is skipped here.
import { refusePdf } from './broken-rule.ts';
import { encodedLength } from './inline-filters.ts';
import { isSpace } from './lexer.ts';
import type { PdfParser, ValueBudget } from './parser.ts';
import { countOf, nameOf, PdfString, type PdfValue } from './value.ts';

export type DeviceSpace = 'Gray' | 'RGB' | 'CMYK';

const components: Readonly<Record<DeviceSpace, number>> = { Gray: 1, RGB: 3, CMYK: 4 };
const spaces = new Map<string, DeviceSpace>([
  ...([
    ['G', 'Gray'],
    ['DeviceGray', 'Gray'],
    ['RGB', 'RGB'],
    ['DeviceRGB', 'RGB'],
  ] as const),
  ...([
    ['CMYK', 'CMYK'],
    ['DeviceCMYK', 'CMYK'],
  ] as const),
]);

/** By every spelling of a key (table 93) its long one. */
const keys = new Map<string, string>(
  Object.entries({
    ...{ BPC: 'BitsPerComponent', CS: 'ColorSpace', D: 'Decode', DP: 'DecodeParms', F: 'Filter' },
    ...{ H: 'Height', IM: 'ImageMask', I: 'Interpolate', W: 'Width', Intent: 'Intent' },
  }).flatMap(([short, long]) => [
    [short, long],
    [long, long],
  ]),
);
const counts = ['Width', 'Height', 'BitsPerComponent'];

type Entries = ReadonlyMap<string, PdfValue>;

/** The parser is behind BI; afterwards it is behind EI. `uses` takes the colour space. Errors: inlineImage, keyTwice, syntax, limit. */
export function skipInlineImage(
  parser: PdfParser,
  budget: ValueBudget,
  uses: (space: DeviceSpace) => void,
): void {
  const { bytes } = parser;
  const entries = entriesOf(parser);
  const behindId = bytes[parser.at++];
  // one reader skips a line end, another one character
  if (!isSpace(behindId) || (behindId === 0x0d && bytes[parser.at] === 0x0a)) refusePdf('inlineImage');
  const size = sizeOf(entries, uses);
  const firstEnd = bytes.indexOf('EI', parser.at);
  const filters = filtersOf(entries.get('Filter'));
  const data = bytes.subarray(parser.at, firstEnd < 0 ? parser.at : firstEnd);
  const length = filters.length > 0 ? encodedLength(filters[0]!, data, budget) : size;
  // a reader that gives an image up (its decode array is wrong, it is infinitely large, its colour leaves no marks) goes on at the first EI
  if (length > data.length) refusePdf('inlineImage');
  parser.at += length;
  takeEnd(parser);
}

function entriesOf(parser: PdfParser): Entries {
  const entries = new Map<string, PdfValue>();
  while (!parser.taken('ID')) {
    if (parser.bytes[parser.at++] !== 0x2f) refusePdf('inlineImage');
    const key = keys.get(parser.name()) ?? refusePdf('inlineImage');
    if (entries.has(key)) refusePdf('keyTwice', { key });
    entries.set(key, counts.includes(key) ? parser.count() : parser.value());
  }
  return entries;
}

/** Of the samples, in bytes. */
function sizeOf(entries: Entries, uses: (space: DeviceSpace) => void): number {
  const [width, height] = [countOf(entries.get('Width')), countOf(entries.get('Height'))];
  if (!width || !height) return refusePdf('inlineImage');
  return Math.ceil((width * bitsOf(entries, uses)) / 8) * height;
}

/** Of one pixel. */
function bitsOf(entries: Entries, uses: (space: DeviceSpace) => void): number {
  const mask = entries.get('ImageMask') ?? false;
  const bits = entries.get('BitsPerComponent');
  const space = entries.get('ColorSpace');
  if (mask === true) return (bits ?? 1) === 1 && space === undefined ? 1 : refusePdf('inlineImage');
  if (mask !== false || ![1, 2, 4, 8].includes(bits as number)) refusePdf('inlineImage');
  const name = spaces.get(nameOf(Array.isArray(space) ? baseOf(space) : space) ?? '');
  if (name === undefined) return refusePdf('inlineImage');
  uses(name);
  return (bits as number) * (Array.isArray(space) ? 1 : components[name]);
}

/** Of an indexed colour space, the only array that an inline image may have. */
function baseOf([name, base, highest, table, ...more]: readonly PdfValue[]): PdfValue | undefined {
  const isIndexed = ['I', 'Indexed'].includes(nameOf(name) ?? '');
  const isTable = (countOf(highest) ?? 256) < 256 && table instanceof PdfString && more.length === 0;
  return isIndexed && isTable ? base : undefined;
}

function filtersOf(value: PdfValue | undefined): readonly string[] {
  if (value === undefined) return [];
  const filters = Array.isArray(value) ? (value as readonly PdfValue[]) : [value];
  return filters.map(filter => nameOf(filter) ?? refusePdf('inlineImage'));
}

/** White space, EI, and white space or the end: a comment would hide the EI from this reader or from another. */
function takeEnd(parser: PdfParser): void {
  const { bytes } = parser;
  const from = parser.at;
  while (isSpace(bytes[parser.at])) parser.at++;
  if (parser.at === from || !parser.startsWith('EI')) refusePdf('inlineImage');
  parser.at += 2;
  if (!parser.atEnd && !isSpace(bytes[parser.at])) refusePdf('inlineImage');
}
