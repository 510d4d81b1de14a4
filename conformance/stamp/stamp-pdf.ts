// Stamps the pages of a finished PDF. What its producer wrote stays in its streams, byte for byte; each page gets one more.
import { refusingPdf } from '../../agent/gate/pdf/broken-rule.ts';
import { type PdfFile, readPdfFile } from '../../agent/gate/pdf/file.ts';
import { pageObjects, readPdfPages } from '../../agent/gate/pdf/pages.ts';
import {
  isDictionary,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  type PdfValue,
} from '../../agent/gate/pdf/value.ts';
import { type PageStamp, writePageStamp } from '../../agent/protocol/page-stamp.ts';
import { UsageError } from '../form.ts';
import { writePdf } from './write-pdf.ts';

/** `stamps`: one for each page, in order. Errors: GateRefusal where the file breaks a rule; UsageError for another number of pages. */
export function stampPdf(pdf: Buffer, stamps: readonly PageStamp[]): Buffer {
  readPdfPages(pdf); // all rules
  const file = refusingPdf(() => readPdfFile(pdf));
  const pages = pageObjects(file);
  if (pages.length !== stamps.length)
    throw new UsageError(`The file has ${pages.length} pages, and ${stamps.length} records are named.`);
  const objects = ownObjects(file);
  let next = Math.max(...file.objects.keys()) + 1;
  pages.forEach(({ object, dictionary }, i) => {
    const stream = Buffer.from(`${writePageStamp(stamps[i]!)}\n`);
    const contents = [new PdfReference(next), ...contentsOf(file, dictionary)];
    objects.set(object, { value: new Map<string, PdfValue>([...dictionary, ['Contents', contents]]) });
    objects.set(next++, { value: new Map(), stream });
  });
  const kept = ['Root', 'Info', 'ID'].flatMap(key =>
    file.trailer.has(key) ? [[key, file.trailer.get(key)!] as const] : [],
  );
  return writePdf(pdf.toString('latin1', 5, 8), objects, new Map(kept));
}

function contentsOf(file: PdfFile, page: PdfDictionary): readonly PdfValue[] {
  const contents = page.get('Contents')!;
  const value = file.resolve(contents);
  return Array.isArray(value) ? value : [contents];
}

/** Without what is about the form of the file: cross-reference and object streams, and the mark of a linearized file. */
function ownObjects(file: PdfFile): Map<number, PdfObject> {
  const isForm = (number: number, { value }: PdfObject): boolean =>
    file.containers.has(number) || (isDictionary(value) && value.has('Linearized'));
  return new Map([...file.objects].filter(([number, object]) => !isForm(number, object)));
}
