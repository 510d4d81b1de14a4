// Reads the objects of a PDF file. The file must have one revision, a classic cross-reference table (ISO 32000-1, 7.5), and nothing
// between or after its objects. So it has no hidden object, and no two readers can read it in two ways.
import { PdfParser } from './parser.ts';
import { asDictionary, type PdfDictionary, PdfReference, type PdfValue, refusePdf } from './value.ts';

const maxObjects = 20_000;
/** `0000000015 00000 n` and a two-byte end of line (7.5.4). */
const entryBytes = 20;

export interface PdfObject {
  value: PdfValue;
  /** Where the object is a stream: its bytes as they are in the file. */
  stream?: Buffer;
}

export interface PdfFile {
  trailer: PdfDictionary;
  /** The index is the object's number; object 0 does not exist. */
  objects: readonly (PdfObject | undefined)[];
}

/** Errors: gate/pdfProfile. */
export function readPdfFile(bytes: Buffer): PdfFile {
  const end = /startxref\r?\n(\d{1,10})\r?\n%%EOF\r?\n?$/.exec(bytes.toString('latin1', bytes.length - 48));
  const table = end ? Number(end[1]) : refusePdf('end');
  const endBytes = end ? end[0].length : 0;
  const { offsets, at } = readTable(bytes, table);
  const parser = new PdfParser(bytes, at);
  const trailer = asDictionary(parser.value(), 'trailer');
  if (trailer.get('Size') !== offsets.length) refusePdf('size'); // only some readers would see objects beyond it
  parser.skipSpace();
  if (parser.at !== bytes.length - endBytes) refusePdf('bytesAfterTrailer');
  return { trailer, objects: readObjects(bytes, offsets, table) };
}

function readTable(bytes: Buffer, table: number): { offsets: number[]; at: number } {
  const parser = new PdfParser(bytes, table);
  parser.expect('xref');
  if (parser.count() !== 0) refusePdf('tableStart');
  const count = parser.count();
  if (count < 2 || count > maxObjects) refusePdf('tableSize');
  parser.skipSpace();
  const offsets: number[] = [];
  for (let i = 0; i < count; i++, parser.at += entryBytes) {
    const entry = bytes.toString('latin1', parser.at, parser.at + entryBytes);
    const match = /^(\d{10}) (65535 f|00000 n)(?: \n| \r|\r\n)$/.exec(entry);
    if (!match?.[2]?.endsWith(i === 0 ? 'f' : 'n')) refusePdf('tableEntry');
    offsets.push(Number(match![1]));
  }
  parser.expect('trailer');
  return { offsets, at: parser.at };
}

/** Each object must end where the next one begins. The first must follow the header, and the table must follow the last. */
function readObjects(bytes: Buffer, offsets: number[], table: number): (PdfObject | undefined)[] {
  const objects = new Array<PdfObject | undefined>(offsets.length);
  const inFile = offsets.map((offset, number) => ({ offset, number })).slice(1);
  inFile.sort((a, b) => a.offset - b.offset);
  let at = headerEnd(bytes);
  for (const { offset, number } of inFile) {
    if (offset !== at) refusePdf('bytesBetweenObjects');
    const parser = new PdfParser(bytes, offset);
    objects[number] = readObject(bytes, parser, number);
    parser.skipSpace();
    at = parser.at;
  }
  if (at !== table) refusePdf('bytesBeforeTable');
  return objects;
}

function headerEnd(bytes: Buffer): number {
  const header = /^%PDF-1\.[3-7]\r?\n%[\x80-\xff]{4}\r?\n/.exec(bytes.toString('latin1', 0, 24));
  return header ? header[0].length : refusePdf('header');
}

function readObject(bytes: Buffer, parser: PdfParser, number: number): PdfObject {
  if (parser.count() !== number || parser.count() !== 0) refusePdf('objectNumber');
  parser.expect('obj');
  const value = parser.value();
  const stream = parser.taken('stream') ? readStream(bytes, parser, value) : undefined;
  parser.expect('endobj');
  return stream ? { value, stream } : { value };
}

/** The length must be in the dictionary itself: a reference could lead two readers to two lengths. */
function readStream(bytes: Buffer, parser: PdfParser, value: PdfValue): Buffer {
  const length = asDictionary(value, 'streamDictionary').get('Length');
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
    return refusePdf('streamLength');
  if (bytes[parser.at] === 0x0d) parser.at++;
  if (bytes[parser.at++] !== 0x0a) refusePdf('streamStart');
  const stream = bytes.subarray(parser.at, parser.at + length);
  parser.at += length;
  parser.expect('endstream');
  return stream;
}

/** The object that a reference names; for any other value, the value itself. */
export function resolve(file: PdfFile, value: PdfValue | undefined): PdfObject {
  if (!(value instanceof PdfReference)) return { value: value ?? null };
  return file.objects[value.object] ?? refusePdf('danglingReference');
}
