// Reads all objects of a PDF file. Every byte of it belongs to an object, a cross-reference, white space or a comment: so it has no
// hidden object. A form that readers are known to repair or to read in two ways is refused; that no other exists is not shown.
import { refusePdf } from './broken-rule.ts';
import { type CrossReference, readCrossReference } from './cross-reference.ts';
import type { Entry, Reading, Section } from './cross-reference-section.ts';
import { StreamDecoder } from './decoder.ts';
import { type NumberedObject, readIndirectObject } from './indirect-object.ts';
import { type Linearization, linearizationOf } from './linearization.ts';
import { readObjectStream } from './object-stream.ts';
import { PdfParser, ValueBudget } from './parser.ts';
import {
  countOf,
  isDictionary,
  isName,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  type PdfValue,
} from './value.ts';

/** Max size of the end of a file, in bytes: two words, a number and white space. */
const maxTail = 64;

export class PdfFile {
  readonly trailer: PdfDictionary;
  readonly objects: ReadonlyMap<number, PdfObject>;
  /** Numbers of the objects that are about the file itself: cross-reference and object streams. */
  readonly containers: ReadonlySet<number>;
  readonly decoder: StreamDecoder;
  readonly linearization: Linearization | undefined;

  constructor(file: Pick<PdfFile, 'trailer' | 'objects' | 'containers' | 'decoder' | 'linearization'>) {
    this.trailer = file.trailer;
    this.objects = file.objects;
    this.containers = file.containers;
    this.decoder = file.decoder;
    this.linearization = file.linearization;
  }

  /** The object that a reference names; for any other value, the value itself. Errors: danglingReference. */
  object(value: PdfValue | undefined): PdfObject {
    if (!(value instanceof PdfReference)) return { value: value ?? null };
    return this.objects.get(value.object) ?? refusePdf('danglingReference');
  }

  /** The value, where it is a reference that of its object. */
  readonly resolve = (value: PdfValue | undefined): PdfValue => this.object(value).value;

  get(dictionary: PdfDictionary, key: string): PdfValue {
    return this.resolve(dictionary.get(key));
  }
}

/** Errors: the rules about the file as a whole. `decoder` holds clear text until it is erased. */
export function readPdfFile(bytes: Buffer, decoder: StreamDecoder = new StreamDecoder()): PdfFile {
  const start = startOf(bytes);
  const reading: Reading = { bytes, decoder, budget: new ValueBudget() };
  const crossReference = readCrossReference(reading, start);
  const { objects, linearization } = readObjectsInFile(reading, crossReference, start);
  const containers = new Set(crossReference.sections.flatMap(({ number }) => number ?? []));
  const resolve = (value: PdfValue | undefined): PdfValue =>
    value instanceof PdfReference
      ? (objects.get(value.object)?.value ?? refusePdf('danglingReference'))
      : (value ?? null);
  for (const [number, expected] of inStreams(crossReference.entries)) {
    const stream = objects.get(number) ?? refusePdf('objectStream', { object: number });
    containers.add(number);
    for (const object of readObjectStream(stream, expected, { ...reading, resolve }))
      objects.set(object.number!, object);
  }
  return new PdfFile({
    trailer: crossReference.sections[0]!.trailer,
    objects,
    containers,
    decoder,
    linearization,
  });
}

/** The offset after the last `startxref`. No text before it may become a string: it can be the certificate's. */
function startOf(bytes: Buffer): number {
  const from = bytes.lastIndexOf('startxref');
  const tail = from < 0 ? '' : bytes.toString('latin1', from, from + maxTail);
  const end = /^startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail);
  return end && from + tail.length === bytes.length ? Number(end[1]) : refusePdf('end');
}

/** By object stream: index and number of each of its objects. */
function inStreams(entries: ReadonlyMap<number, Entry>): Map<number, Map<number, number>> {
  const streams = new Map<number, Map<number, number>>();
  for (const [number, entry] of entries) {
    if (entry === 'free' || 'at' in entry) continue;
    const stream = streams.get(entry.stream) ?? new Map<number, number>();
    if (stream.has(entry.index)) refusePdf('objectTwice', { object: number });
    streams.set(entry.stream, stream.set(entry.index, number));
  }
  return streams;
}

type Piece = { at: number; number: number } | { at: number; section: Section };

/** Reads what is in the file itself, piece by piece. Each must begin where the piece before it ended. */
function readObjectsInFile(
  { bytes, budget }: Reading,
  { sections, entries }: CrossReference,
  start: number,
): { objects: Map<number, PdfObject>; linearization: Linearization | undefined } {
  const objects = new Map<number, PdfObject>();
  const parserAt = (at: number): PdfParser => new PdfParser(bytes, at, budget);
  const lengths = new Map<number, number>();
  const lengthOf = ({ object }: PdfReference): number => {
    const known = lengths.get(object) ?? readLength(object);
    lengths.set(object, known);
    return known;
  };
  const readLength = (object: number): number => {
    const entry = entries.get(object);
    if (entry === undefined || entry === 'free' || !('at' in entry)) return refusePdf('stream');
    const length = readIndirectObject(parserAt(entry.at), () => refusePdf('stream'));
    return length.number === object
      ? (countOf(length.value) ?? refusePdf('stream'))
      : refusePdf('objectNumber');
  };
  const pieces = piecesOf(sections, entries);
  const parser = parserAt(headerEnd(bytes));
  let lastStart: number | undefined;
  let first: { value: PdfValue; end: number } | undefined;
  for (const piece of pieces) {
    parser.skipSpace();
    if (parser.at !== piece.at)
      refusePdf(parser.at < piece.at ? 'bytesBetween' : 'objectNumber', placeOf(piece));
    if ('number' in piece) readPiece(parser, piece.number, objects, lengthOf);
    else parser.at = piece.section.to;
    first ??= { value: 'number' in piece ? objects.get(piece.number)!.value : null, end: parser.at };
    const isSection = sections.some(({ from }) => from === piece.at);
    if (isSection && parser.taken('startxref')) lastStart = parser.count();
    else lastStart = undefined;
  }
  parser.skipSpace();
  if (lastStart !== start || !parser.atEnd) refusePdf('bytesBetween');
  const objectAt = (offset: number): PdfObject | undefined => {
    const piece = pieces.find(({ at }) => at === offset);
    return piece && 'number' in piece ? objects.get(piece.number) : undefined;
  };
  return { objects, linearization: linearizationOf(bytes, first!, sections, objectAt) };
}

const placeOf = (piece: Piece) => ('number' in piece ? { object: piece.number } : {});

function piecesOf(sections: readonly Section[], entries: ReadonlyMap<number, Entry>): Piece[] {
  const pieces: Piece[] = [];
  for (const [number, entry] of entries)
    if (entry !== 'free' && 'at' in entry) pieces.push({ at: entry.at, number });
  for (const section of sections) {
    const { from, number } = section;
    const own = number === undefined ? undefined : entries.get(number);
    if (own === undefined || own === 'free') pieces.push({ at: from, section });
    else if (!('at' in own) || own.at !== from) refusePdf('crossReference', { object: number! });
  }
  return pieces.sort((a, b) => a.at - b.at);
}

function readPiece(
  parser: PdfParser,
  number: number,
  objects: Map<number, PdfObject>,
  lengthOf: (reference: PdfReference) => number,
): void {
  const object: NumberedObject = readIndirectObject(parser, lengthOf);
  if (object.number !== number) refusePdf('objectNumber', { object: number });
  objects.set(number, object);
}

function headerEnd(bytes: Buffer): number {
  const header = /^%PDF-1\.[3-7][\r\n]/.exec(bytes.toString('latin1', 0, 9));
  return header ? header[0].length : refusePdf('header');
}

/** Refuses object and cross-reference streams that the cross-reference does not use: what they hold is hidden. */
export function refuseHidden({ objects, containers }: PdfFile): void {
  for (const [number, { value }] of objects)
    if (isDictionary(value) && !containers.has(number))
      for (const type of ['ObjStm', 'XRef'])
        if (isName(value.get('Type'), type)) refusePdf('revision', { object: number });
}
