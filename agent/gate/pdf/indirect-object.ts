// One indirect object as it is in the file (ISO 32000-1, 7.3.8 and 7.3.10).
import { placed, refusePdf } from './broken-rule.ts';
import { isSpace } from './lexer.ts';
import type { PdfParser } from './parser.ts';
import { countOf, isDictionary, type PdfObject, PdfReference, type PdfValue } from './value.ts';

export type NumberedObject = PdfObject & { number: number };

/** The parser is at its number, and its head is `7 0 obj` with white space only: comments there are not for every reader. `lengthOf` finds a stream's length where that is an object of its own. */
export function readIndirectObject(
  parser: PdfParser,
  lengthOf: (reference: PdfReference) => number,
): NumberedObject {
  const number = parser.count();
  return placed({ object: number }, () => {
    skipWhiteSpace(parser);
    if (parser.count() !== 0) refusePdf('revision');
    skipWhiteSpace(parser);
    parser.expect('obj');
    const value = parser.objectValue();
    const stream = parser.taken('stream') ? readStream(parser, value, lengthOf) : undefined;
    parser.expect('endobj');
    return stream ? { number, value, stream } : { number, value };
  });
}

function skipWhiteSpace(parser: PdfParser): void {
  while (isSpace(parser.bytes[parser.at])) parser.at++;
  if (parser.bytes[parser.at] === 0x25) refusePdf('syntax');
}

/** Its length must lead to `endstream`: no reader has to search for the end. */
function readStream(
  parser: PdfParser,
  value: PdfValue,
  lengthOf: (reference: PdfReference) => number,
): Buffer {
  const given = isDictionary(value) ? value.get('Length') : undefined;
  const length = given instanceof PdfReference ? lengthOf(given) : (countOf(given) ?? refusePdf('stream'));
  const { bytes } = parser;
  if (bytes[parser.at] === 0x0d) parser.at++;
  if (bytes[parser.at++] !== 0x0a) refusePdf('stream');
  const stream = bytes.subarray(parser.at, parser.at + length);
  parser.at += length;
  while (isSpace(bytes[parser.at])) parser.at++;
  return parser.taken('endstream') ? stream : refusePdf('stream');
}
