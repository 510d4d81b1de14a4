// Writes a PDF anew: one revision, a classic cross-reference table, every object by itself. Streams stay as they are.
import {
  numberOf,
  type PdfDictionary,
  PdfName,
  type PdfObject,
  PdfReference,
  PdfString,
  type PdfValue,
} from '../../agent/gate/pdf/value.ts';

/** `objects`: by number. `trailer`: without /Size. */
export function writePdf(
  version: string,
  objects: ReadonlyMap<number, PdfObject>,
  trailer: PdfDictionary,
): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  const put = (part: string): void => {
    const bytes = Buffer.from(part, 'latin1');
    parts.push(bytes);
    length += bytes.length;
  };
  const offsets = new Map<number, number>();
  put(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`);
  for (const [number, object] of [...objects].sort(([a], [b]) => a - b)) {
    offsets.set(number, length);
    put(`${number} 0 obj\n`);
    put(objectText(object));
    put('\nendobj\n');
  }
  const size = Math.max(...offsets.keys()) + 1;
  const table = length;
  put(`xref\n0 ${size}\n0000000000 65535 f \n`);
  for (let number = 1; number < size; number++) {
    const offset = offsets.get(number);
    put(offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`);
  }
  put(`trailer\n${written(new Map([['Size', size], ...trailer]))}\nstartxref\n${table}\n%%EOF\n`);
  return Buffer.concat(parts);
}

/** An object as it is written, in Latin 1. */
export function objectText({ value, stream }: PdfObject): string {
  if (!stream) return written(value);
  const head = written(withLength(value as PdfDictionary, stream.length));
  return `${head}\nstream\n${stream.toString('latin1')}\nendstream`;
}

/** In place of a length by reference, too. */
const withLength = (dictionary: PdfDictionary, length: number): PdfDictionary =>
  new Map<string, PdfValue>([...dictionary, ['Length', length]]);

function written(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  const number = numberOf(value);
  if (number !== undefined) return numeral(number);
  if (value instanceof PdfName) return nameOf(value.name);
  if (value instanceof PdfReference) return `${value.object} 0 R`;
  if (value instanceof PdfString) return value.raw.toString('latin1');
  if (Array.isArray(value)) return `[${(value as readonly PdfValue[]).map(written).join(' ')}]`;
  const entries = [...(value as PdfDictionary)].map(([key, item]) => `${nameOf(key)} ${written(item)}`);
  return `<<${entries.join(' ')}>>`;
}

/** PDF has no exponents (ISO 32000-1, 7.3.3). */
const numeral = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(0) : value.toFixed(12).replace(/0+$/, '');

const nameOf = (name: string): string =>
  `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, character => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;
