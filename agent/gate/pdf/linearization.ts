// A linearized file (ISO 32000-1, annex F): its first object says where the rest is. Some readers go by what it says, some by the end
// of the file: so all of it must be right, to the byte.
import { refusePdf } from './broken-rule.ts';
import type { Section } from './cross-reference-section.ts';
import { isSpace } from './lexer.ts';
import {
  countOf,
  isDictionary,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  type PdfValue,
} from './value.ts';

/** What it says of the pages. */
export interface Linearization {
  /** The first page's object number. */
  firstPage: number;
  pages: number;
  /** The hint stream, where there is one. */
  hints: PdfObject | undefined;
}

const keys = new Set(['Linearized', 'L', 'H', 'O', 'E', 'N', 'T', 'P']);
/** Bytes of the head of the page offset hint table. */
const hintHead = 36;
/** Readers look for the end of the first object in so many bytes. */
const maxHead = 1024;

/**
 * `first`: the file's first object, and where it ends. `sections`: that of the last `startxref` first. Undefined for a file that is not
 * linearized. Errors: revision.
 */
export function linearizationOf(
  bytes: Buffer,
  first: { value: PdfValue; end: number },
  sections: readonly Section[],
  objectAt: (offset: number) => PdfObject | undefined,
): Linearization | undefined {
  if (!isDictionary(first.value) || !first.value.has('Linearized'))
    return sections.length > 1 ? refusePdf('revision') : undefined;
  const { value } = first;
  const [front, main] = sections;
  if (!front || !main || !hasCounts(value) || value.get('L') !== bytes.length) return refusePdf('revision');
  // the first section comes next, and the first word `endobj` is that of the first object: readers search for it
  let at = first.end;
  while (isSpace(bytes[at])) at++;
  if (at !== front.from || first.end > maxHead || bytes.indexOf('endobj') !== first.end - 'endobj'.length)
    refusePdf('revision');
  if (!isMain(main, front, countOf(value.get('T'))!)) refusePdf('revision');
  const hints = objectAt(hintsAt(value)!);
  return { firstPage: countOf(value.get('O'))!, pages: countOf(value.get('N'))!, hints };
}

function hasCounts(value: PdfDictionary): boolean {
  return (
    [...value.keys()].every(key => keys.has(key)) &&
    value.get('Linearized') === 1 &&
    ['L', 'O', 'E', 'N', 'T'].every(key => countOf(value.get(key)) !== undefined) &&
    (value.get('P') ?? 0) === 0 &&
    hintsAt(value) !== undefined
  );
}

function hintsAt(value: PdfDictionary): number | undefined {
  const hints = value.get('H');
  if (!Array.isArray(hints) || hints.length !== 2 || countOf(hints[1]) === undefined) return undefined;
  return countOf(hints[0]);
}

/** The numbers of the page objects in order, as the hint stream says (F.4.1): how many objects each page has. Errors: revision. */
export function hintedPages({ firstPage, pages }: Linearization, hints: Buffer): number[] {
  if (hints.length < hintHead) refusePdf('revision', { key: 'H' });
  const [min, width] = [hints.readUInt32BE(0), hints.readUInt16BE(8)];
  let bit = hintHead * 8;
  if (width > 32 || bit + pages * width > hints.length * 8) refusePdf('revision', { key: 'H' });
  const objectsOfNext = (): number => {
    let more = 0;
    for (const end = bit + width; bit < end; bit++)
      more = more * 2 + ((hints[bit >> 3]! >> (7 - (bit & 7))) & 1);
    return min + more;
  };
  objectsOfNext(); // the first page's: they have the last numbers
  const numbers = [firstPage];
  for (let number = 1; numbers.length < pages; number += objectsOfNext()) numbers.push(number);
  return numbers;
}

/** Whether `main` is of the kind of `front`, begins where T says, and has no other root. */
function isMain(main: Section, front: Section, t: number): boolean {
  const root = main.trailer.get('Root');
  const rootOfFront = front.trailer.get('Root');
  const same =
    root instanceof PdfReference && rootOfFront instanceof PdfReference && root.object === rootOfFront.object;
  if (root !== undefined && !same) return false;
  // T is the white space before the entries of a table, or a stream's object; qpdf writes the white space before that, too
  return main.number === undefined
    ? front.number === undefined && t + 1 === main.entriesAt
    : front.number !== undefined && (t === main.from || t + 1 === main.from);
}
