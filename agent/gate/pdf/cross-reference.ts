// Reads the cross-references of a file (ISO 32000-1, 7.5.4 and 7.5.8): where each object is. A file has one section; a linearized
// file has two (annex F), which have no number in common. A further section would be a further revision.
import { refusePdf } from './broken-rule.ts';
import type { Entry, Reading, Section } from './cross-reference-section.ts';
import { readCrossReferenceStream } from './cross-reference-stream.ts';
import { readCrossReferenceTable } from './cross-reference-table.ts';
import { PdfParser } from './parser.ts';
import { countOf } from './value.ts';

export interface CrossReference {
  /** The first one is read first, and has the trailer that counts. */
  sections: readonly Section[];
  entries: ReadonlyMap<number, Entry>;
}

/** `start`: the offset after `startxref`. Errors: crossReference, revision, objectTwice, encryption, trailerKey. */
export function readCrossReference(reading: Reading, start: number): CrossReference {
  const first = readSection(reading, start);
  const sections = [first];
  const previous = first.trailer.get('Prev');
  if (previous !== undefined)
    sections.push(readSection(reading, countOf(previous) ?? refusePdf('crossReference')));
  if (sections[1]?.trailer.has('Prev')) refusePdf('revision');
  // some readers repair a table that does not begin with number 0, or move it there
  if (sections.at(-1)!.entries.keys().next().value !== 0) refusePdf('crossReference', { object: 0 });
  const entries = new Map<number, Entry>();
  for (const section of sections)
    for (const [number, entry] of section.entries) {
      if (entries.has(number))
        refusePdf(previous === undefined ? 'objectTwice' : 'revision', { object: number });
      entries.set(number, entry);
    }
  // the first trailer counts all objects, the other one those of its own section
  refuseOtherSize(first, entries);
  if (sections[1]) refuseOtherSize(sections[1], sections[1].entries);
  return { sections, entries };
}

/** A smaller size hides objects from some readers; for a larger one, some repair the file. */
function refuseOtherSize({ trailer }: Section, entries: ReadonlyMap<number, Entry>): void {
  let size = 0;
  for (const number of entries.keys()) size = Math.max(size, number + 1);
  if (countOf(trailer.get('Size')) !== size) refusePdf('crossReference', { key: 'Size' });
}

function readSection(reading: Reading, from: number): Section {
  const parser = new PdfParser(reading.bytes, from, reading.budget);
  const head = reading.bytes.toString('latin1', from, from + 16);
  if (!/^(xref\s|\d+\s+0\s+obj)/.test(head)) refusePdf('crossReference');
  const section = parser.startsWith('xref')
    ? readCrossReferenceTable(parser)
    : readCrossReferenceStream(parser, reading);
  refuseTrailer(section);
  return section;
}

const trailerKeys = ['Size', 'Root', 'Info', 'ID', 'Prev', 'DocChecksum'];
const streamKeys = ['Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms'];

function refuseTrailer({ trailer, number }: Section): void {
  const allowed = number === undefined ? trailerKeys : [...trailerKeys, ...streamKeys];
  if (trailer.has('Encrypt')) refusePdf('encryption');
  if (trailer.has('XRefStm')) refusePdf('revision');
  for (const key of trailer.keys()) if (!allowed.includes(key)) refusePdf('trailerKey');
}
