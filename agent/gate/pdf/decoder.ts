// Decodes the streams that hold content or objects. Bounded for the whole file, and what was decoded is zeroed at the end.
import { ascii85, asciiHex, runLength } from './ascii-filters.ts';
import { refusePdf } from './broken-rule.ts';
import { inflate } from './inflate.ts';
import { lzw } from './lzw.ts';
import { unpredicted } from './predictor.ts';
import { isDictionary, nameOf, type PdfDictionary, type PdfObject, type PdfValue } from './value.ts';

/** Max size of one decoded stream, in bytes. A full page of text in outlines needs a tenth of it. */
const maxStream = 8 << 20;
/** Max size of all that is decoded of one file, in bytes: half a second's reading. */
const maxDecoded = 32 << 20;
const maxFilters = 4;

/** The value that `value` refers to, if it is a reference. */
export type Resolve = (value: PdfValue | undefined) => PdfValue;

const none: PdfDictionary = new Map();

export class StreamDecoder {
  #left = maxDecoded;
  #clear: Buffer[] = [];

  /** The decoded bytes, until `erase`. A view of the file where the stream has no filter. Errors: filter, limit. */
  decode(object: PdfObject, resolve: Resolve): Buffer {
    return this.#decode(object, resolve, this.#clear);
  }

  /** Gives the decoded bytes to `use`, and zeroes them. Errors: filter, limit. */
  decoded<T>(object: PdfObject, resolve: Resolve, use: (content: Buffer) => T): T {
    const clear: Buffer[] = [];
    try {
      return use(this.#decode(object, resolve, clear));
    } finally {
      for (const buffer of clear) buffer.fill(0);
    }
  }

  erase(): void {
    for (const buffer of this.#clear.splice(0)) buffer.fill(0);
  }

  #decode({ value, stream }: PdfObject, resolve: Resolve, clear: Buffer[]): Buffer {
    if (!isDictionary(value) || !stream) return refusePdf('stream');
    const filters = filtersOf(resolve(value.get('Filter')), resolve(value.get('DecodeParms')));
    let data = stream;
    this.#spend(data); // each time: much of what is encoded can decode to nothing
    filters.forEach(([filter, parameters]) => {
      const given = resolve(parameters);
      if (given !== null && !isDictionary(given)) refusePdf('filter');
      const limit = Math.min(maxStream, this.#left) + 1;
      data = filtered(nameOf(resolve(filter)), data, isDictionary(given) ? given : none, limit, clear);
      this.#spend(data);
    });
    return data;
  }

  #spend(data: Buffer): void {
    this.#left -= data.length;
    if (data.length > maxStream || this.#left < 0) refusePdf('limit');
  }
}

/** One filter undone. Every new buffer is put into `clear`. */
function filtered(
  filter: string | undefined,
  data: Buffer,
  parameters: PdfDictionary,
  limit: number,
  clear: Buffer[],
): Buffer {
  const keep = (buffer: Buffer): Buffer => {
    clear.push(buffer);
    return buffer;
  };
  switch (filter) {
    case 'FlateDecode':
      return keep(unpredicted(keep(inflated(data, limit)), parameters));
    case 'LZWDecode':
      return keep(unpredicted(keep(lzw(data, isEarly(parameters), limit)), parameters));
    case 'ASCII85Decode':
      return keep(ascii85(data, limit));
    case 'ASCIIHexDecode':
      return keep(asciiHex(data));
    case 'RunLengthDecode':
      return keep(runLength(data, limit));
    default:
      return refusePdf('filter');
  }
}

function inflated(data: Buffer, limit: number): Buffer {
  try {
    return inflate(data, limit).bytes;
  } catch (cause) {
    const tooLong = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return refusePdf(tooLong ? 'limit' : 'filter', {}, cause);
  }
}

/** One filter with its parameters, or as many parameters as filters: some readers take a mixture in another way. */
function filtersOf(filter: PdfValue, parameters: PdfValue): [filter: PdfValue, parameters: PdfValue][] {
  if (!Array.isArray(filter)) {
    if (Array.isArray(parameters) || (filter === null && parameters !== null)) refusePdf('filter');
    return filter === null ? [] : [[filter, parameters]];
  }
  const filters = filter as readonly PdfValue[];
  const given = parameters ?? filters.map(() => null);
  if (!Array.isArray(given) || given.length !== filters.length || filters.length > maxFilters)
    return refusePdf('filter');
  return filters.map((one, i) => [one, (given as readonly PdfValue[])[i]!]);
}

/** Whether codes become longer one code early. */
function isEarly(parameters: PdfDictionary): boolean {
  const given = parameters.get('EarlyChange') ?? 1;
  return given === 0 || given === 1 ? given === 1 : refusePdf('filter');
}
