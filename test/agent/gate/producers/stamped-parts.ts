// Stamps a file as a renderer would that stamps wherever it draws from a record: in the pages' content, and in each form, mask and
// pattern that belongs to one page.
import { readPdfFile } from '../../../../agent/gate/pdf/file.ts';
import { isDictionary, type PdfValue } from '../../../../agent/gate/pdf/value.ts';
import { type PageStamp, writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { writePdf } from '../../../../conformance/stamp/write-pdf.ts';
import { trailerOf } from './exchange.ts';
import { contentOf, partsOf } from './parts.ts';

const drawn = ['content', 'form', 'mask', 'pattern'];

export function stampParts(pdf: Buffer, stamps: readonly PageStamp[]): Buffer {
  const file = readPdfFile(pdf);
  const objects = new Map([...file.objects].filter(([number]) => !file.containers.has(number)));
  for (const { kind, object, page, pages } of partsOf(file)) {
    const { value, stream } = file.objects.get(object)!;
    if (!drawn.includes(kind) || pages > 1 || !stream || !isDictionary(value)) continue;
    const plain = new Map<string, PdfValue>(
      [...value].filter(([key]) => key !== 'Filter' && key !== 'DecodeParms'),
    );
    const content = `${writePageStamp(stamps[page - 1]!)}\n${contentOf(file, { value, stream })}`;
    objects.set(object, { value: plain, stream: Buffer.from(content, 'latin1') });
  }
  return writePdf('1.7', objects, trailerOf(file));
}
