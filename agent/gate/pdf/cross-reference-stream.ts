// A cross-reference stream (ISO 32000-1, 7.5.8).
import { placed, refusePdf } from './broken-rule.ts';
import { type Entry, maxObjects, type Reading, type Section } from './cross-reference-section.ts';
import { readIndirectObject } from './indirect-object.ts';
import type { PdfParser } from './parser.ts';
import { countOf, isDictionary, isName, type PdfDictionary, type PdfValue } from './value.ts';

/** Nothing in this stream's dictionary may be a reference: it is read before any object can be found. */
const direct = (value: PdfValue | undefined): PdfValue => value ?? null;

/** The parser is at the stream's object. */
export function readCrossReferenceStream(parser: PdfParser, { decoder }: Reading): Section {
  const from = parser.at;
  const object = readIndirectObject(parser, () => refusePdf('crossReference'));
  return placed({ object: object.number }, () => {
    const { value: trailer, number } = object;
    if (!isDictionary(trailer) || !isName(trailer.get('Type'), 'XRef')) return refusePdf('crossReference');
    const entries = decoder.decoded(object, direct, data => readEntries(data, trailer));
    return { from, to: parser.at, number, trailer, entries };
  });
}

/** Bytes of the three fields of an entry: some readers take no wider ones, and repair the file. */
const maxWidths = [1, 4, 2];

function readEntries(data: Buffer, trailer: PdfDictionary): Map<number, Entry> {
  const widths = counts(trailer.get('W'));
  const [typeBytes = 0, secondBytes = 0, thirdBytes = 0] = widths;
  const ranges = counts(trailer.get('Index') ?? [0, trailer.get('Size') ?? null]);
  if (widths.length !== 3 || widths.some((width, i) => width > maxWidths[i]!) || ranges.length % 2 === 1)
    refusePdf('crossReference');
  const entries = new Map<number, Entry>();
  let at = 0;
  const field = (bytes: number): number => {
    at += bytes;
    if (at > data.length) refusePdf('crossReference');
    return bytes === 0 ? 0 : data.readUIntBE(at - bytes, bytes);
  };
  for (let i = 0; i < ranges.length; i += 2) {
    const first = ranges[i]!;
    const end = first + ranges[i + 1]!;
    if (end > maxObjects) refusePdf('limit');
    for (let number = first; number < end; number++) {
      if (entries.has(number)) refusePdf('objectTwice', { object: number });
      const type = typeBytes === 0 ? 1 : field(typeBytes);
      const [second, third] = [field(secondBytes), field(thirdBytes)];
      entries.set(number, entryOf(type, second, third, number));
    }
  }
  return at === data.length ? entries : refusePdf('crossReference');
}

function entryOf(type: number, second: number, third: number, number: number): Entry {
  if (type === 0) return 'free';
  if (number === 0 || type > 2) return refusePdf('crossReference', { object: number });
  if (type === 2) return { stream: second, index: third };
  return third === 0 ? { at: second } : refusePdf('revision', { object: number });
}

const counts = (value: PdfValue | undefined): number[] =>
  Array.isArray(value)
    ? (value as readonly PdfValue[]).map(item => countOf(item) ?? refusePdf('crossReference'))
    : refusePdf('crossReference');
