// A classic cross-reference table with its trailer (ISO 32000-1, 7.5.4 and 7.5.5).
import { refusePdf } from './broken-rule.ts';
import { type Entry, maxObjects, type Section } from './cross-reference-section.ts';
import { isSpace } from './lexer.ts';
import type { PdfParser } from './parser.ts';
import { isDictionary } from './value.ts';

/** `0000000015 00000 n` and a two-byte end of line. */
const entryBytes = 20;

/** The parser is at `xref`. */
export function readCrossReferenceTable(parser: PdfParser): Section {
  const from = parser.at;
  parser.expect('xref');
  const entries = new Map<number, Entry>();
  const subsections: number[] = [];
  while (!parser.taken('trailer')) {
    const first = parser.count();
    const count = parser.count();
    if (first + count > maxObjects) refusePdf('limit');
    while (isSpace(parser.bytes[parser.at])) parser.at++;
    subsections.push(parser.at);
    for (let number = first; number < first + count; number++) {
      if (entries.has(number)) refusePdf('objectTwice', { object: number });
      entries.set(number, readEntry(parser, number));
    }
  }
  const trailer = parser.value();
  if (!isDictionary(trailer)) return refusePdf('crossReference');
  const section = { from, to: parser.at, trailer, entries };
  return subsections.length === 1 ? { ...section, entriesAt: subsections[0]! } : section;
}

function readEntry(parser: PdfParser, number: number): Entry {
  const text = parser.bytes.toString('latin1', parser.at, parser.at + entryBytes);
  const match = /^(\d{10}) (\d{5}) ([fn])(?: \n| \r|\r\n)$/.exec(text);
  if (!match || (number === 0 && !(match[2] === '65535' && match[3] === 'f')))
    return refusePdf('crossReference', { object: number });
  parser.at += entryBytes;
  if (match[3] === 'f') return 'free';
  if (match[2] !== '00000') refusePdf('revision', { object: number });
  return { at: Number(match[1]) };
}
