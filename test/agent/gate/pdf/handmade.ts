// Tiny PDFs by hand: text in, bytes out, with a cross-reference that fits.
import { deflateSync } from 'node:zlib';
import { isGateRefusal } from '../../../../agent/gate/gate-refusal.ts';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import { type PageStamp, writePageStamp } from '../../../../agent/protocol/page-stamp.ts';

export interface FileOptions {
  header?: string;
  /** More entries for the trailer. */
  trailer?: string;
  tail?: string;
  /** Between objects. */
  between?: string;
  size?: number;
  /** Of each object, after its number. */
  head?: string;
  generation?: string;
  /** A free number after the objects. */
  free?: boolean;
}

/** A PDF of these objects, their numbers 1 and up, in order. */
export function handmade(objects: readonly string[], options: FileOptions = {}): Buffer {
  let file = options.header ?? '%PDF-1.4\n%\xff\xff\xff\xff\n';
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} ${options.head ?? '0 obj'}\n${object}\nendobj\n${options.between ?? ''}`;
    return offset;
  });
  const table = file.length;
  const entries = offsets.map(offset => entry(offset, options.generation)).join('');
  const count = objects.length + 1 + (options.free ? 1 : 0);
  file += `xref\n0 ${count}\n0000000000 65535 f \n${entries}${options.free ? '0000000000 00001 f \n' : ''}`;
  file += `trailer\n<< /Size ${options.size ?? count} /Root 1 0 R ${options.trailer ?? ''}>>\n`;
  file += `startxref\n${table}\n%%EOF\n${options.tail ?? ''}`;
  return Buffer.from(file, 'latin1');
}

export const entry = (offset: number, generation = '00000'): string =>
  `${String(offset).padStart(10, '0')} ${generation} n \n`;

/** `type second third` of an entry of a cross-reference stream, in 1, 2 and 1 bytes. */
const fields = (type: number, second: number, third: number): string =>
  String.fromCharCode(type, second >> 8, second & 0xff, third);

/** The same objects, those without streams in one object stream, the cross-reference as a stream. `change` spoils the file's parts. */
export function handmadeInStreams(
  objects: readonly string[],
  change: {
    entries?: (entries: string[]) => string[];
    pack?: (packed: string) => string;
    also?: string;
    trailer?: string;
    deflated?: boolean;
  } = {},
): Buffer {
  const own = objects.flatMap((object, i) => (object.includes('stream\n') ? [i + 1] : []));
  const inside = objects.flatMap((_, i) => (own.includes(i + 1) ? [] : [i + 1]));
  const [packedNumber, xrefNumber] = [objects.length + 1, objects.length + 2];
  let file = '%PDF-1.5\n';
  const entries = [fields(0, 0, 255), ...objects.map(() => '')];
  for (const number of own) {
    entries[number] = fields(1, file.length, 0);
    file += `${number} 0 obj\n${objects[number - 1]}\nendobj\n`;
  }
  let [heads, bodies] = ['', ''];
  inside.forEach((number, index) => {
    entries[number] = fields(2, packedNumber, index);
    heads += `${number} ${bodies.length} `;
    bodies += `${objects[number - 1]} `;
  });
  const packed = change.pack?.(`${heads}${bodies}`) ?? `${heads}${bodies}`;
  entries.push(fields(1, file.length, 0));
  const about = `/Type /ObjStm /N ${inside.length} /First ${heads.length} ${change.also ?? ''}`;
  const held = change.deflated
    ? stream(deflateSync(Buffer.from(packed, 'latin1')).toString('latin1'), `/Filter /FlateDecode ${about}`)
    : stream(packed, about);
  file += `${packedNumber} 0 obj\n${held}\nendobj\n`;
  entries.push(fields(1, file.length, 0));
  const start = file.length;
  const data = (change.entries?.(entries) ?? entries).join('');
  const also = `/Type /XRef /Size ${entries.length} /W [1 2 1] ${change.trailer ?? '/Root 1 0 R '}`;
  file += `${xrefNumber} 0 obj\n${stream(data, also)}\nendobj\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

export const stream = (text: string, also = ''): string =>
  `<< /Length ${text.length} ${also}>>\nstream\n${text}\nendstream`;
export const catalog = (also = ''): string => `<< /Type /Catalog /Pages 2 0 R ${also}>>`;
export const tree = (kids = '3 0 R', count = 1, also = ''): string =>
  `<< /Type /Pages /Kids [${kids}] /Count ${count} ${also}>>`;
export const page = (
  also = '',
  { contents = '4 0 R', resources = '/Resources << >> ', box = '[0 0 595 842]' } = {},
): string => `<< /Type /Page /Parent 2 0 R /MediaBox ${box} /Contents ${contents} ${resources}${also}>>`;

export const mine: PageStamp = {
  transaction: Buffer.alloc(16, 1),
  subject: Buffer.alloc(16, 2),
  page: 1,
  pages: 1,
};
export const theirs: PageStamp = { ...mine, subject: Buffer.alloc(16, 3) };
export const stamped = (drawn = '0 0 9 9 re f', stamp = mine): string => `${writePageStamp(stamp)} ${drawn}`;
export const content = stream(stamped());
/** Four objects: the smallest certificate. */
export const smallest: readonly string[] = [catalog(), tree(), page(), content];
/** A page of this content and these resources, and what those name: from number 5. */
export const drawing = (drawn: string, resources: string, ...objects: string[]): string[] => [
  catalog(),
  tree(),
  page('', { resources: `/Resources << ${resources} >> ` }),
  stream(stamped(drawn)),
  ...objects,
];

/** Which rule the file breaks and where, in words; `taken` where it breaks none. */
export function judged(file: Buffer): string {
  try {
    readPdfPages(file);
    return 'taken';
  } catch (error) {
    if (!isGateRefusal(error)) throw error;
    const { rule, ...place } = error.detail;
    return [rule, ...Object.entries(place).map(([what, value]) => `${what} ${value}`)].join(', ');
  }
}
