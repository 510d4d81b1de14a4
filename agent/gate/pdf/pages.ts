// The pages of a certificate's PDF, and the stamps that each of them draws.
import type { PageStamp } from '../../protocol/page-stamp.ts';
import { placed, refusePdf, refusingPdf } from './broken-rule.ts';
import { StreamDecoder } from './decoder.ts';
import { refuseAnywhere, refuseCatalog } from './document-rules.ts';
import { Drawing } from './drawing.ts';
import { type PdfFile, readPdfFile, refuseHidden } from './file.ts';
import { type PageObject, pagesOf } from './page-tree.ts';
import { isDictionary, isName, type PdfObject, PdfReference, type PdfValue } from './value.ts';

export interface PdfPage {
  /** Stamps in the page's own content: each once, two at most. */
  own: readonly PageStamp[];
  /** Stamps in whatever the page draws, its own among them: each once, two at most. */
  stamps: readonly PageStamp[];
}

/**
 * Checks the whole file against the profile (rules.ts, docs/contract/documents.md), then returns the pages in order. Bounded in time
 * and memory. Zeroes what it decoded. Errors: gate/pdfProfile, gate/stampMissing.
 */
export function readPdfPages(bytes: Buffer): PdfPage[] {
  const decoder = new StreamDecoder();
  try {
    return refusingPdf(() => {
      const file = readPdfFile(bytes, decoder);
      return readPages(file);
    });
  } finally {
    decoder.erase();
  }
}

function readPages(file: PdfFile): PdfPage[] {
  refuseHidden(file);
  refuseAnywhere(file);
  const drawing = new Drawing(file);
  return pageObjects(file).map((page, i) =>
    placed({ page: i + 1, object: page.object }, () => {
      const { own, all } = drawing.page(contentsOf(file, page), page.resources);
      return { own: own.all, stamps: all.all };
    }),
  );
}

/** Errors: the rules of catalog and page tree. */
export function pageObjects(file: PdfFile): PageObject[] {
  const catalog = file.resolve(file.trailer.get('Root'));
  if (!isDictionary(catalog) || !isName(file.get(catalog, 'Type'), 'Catalog'))
    return refusePdf('catalogKey', { key: 'Type' });
  refuseCatalog(file, catalog);
  const root = catalog.get('Pages');
  return root instanceof PdfReference ? pagesOf(file, root) : refusePdf('pageTree');
}

function contentsOf(file: PdfFile, { dictionary }: PageObject): PdfObject[] {
  const contents = file.object(dictionary.get('Contents'));
  const parts = Array.isArray(contents.value)
    ? (contents.value as readonly PdfValue[]).map(part => file.object(part))
    : [contents];
  for (const { stream } of parts) if (!stream) refusePdf('contents');
  return parts;
}
