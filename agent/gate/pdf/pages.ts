// The pages of a certificate's PDF: the digest of each page's content, and its stamps.
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { type PageStamp, readPageStamps } from '../../protocol/page-stamp.ts';
import { GateRefusal, refusing } from '../gate-refusal.ts';
import { type PdfFile, readPdfFile, resolve } from './file.ts';
import { refuseForbidden, refuseOtherKeys } from './profile.ts';
import { asDictionary, isName, type PdfDictionary, PdfReference, refusePdf } from './value.ts';

/** Max size of a page's decoded content, in bytes. A full page of text in outlines needs a tenth of it. */
const maxContent = 8 << 20;
const maxPages = 99;

export interface PdfPage {
  /** SHA-256 of the decoded content stream. */
  digest: Buffer;
  stamps: readonly PageStamp[];
}

/**
 * Checks the whole file against the profile (profile.ts), then returns the pages in order. The page tree must be flat and name every
 * page object once. Each page must have one content stream of its own. Zeroes decoded content. Errors: gate/pdfProfile.
 */
export function readPdfPages(bytes: Buffer): PdfPage[] {
  const file = readPdfFile(bytes);
  refuseOtherKeys('trailer', file.trailer);
  for (const object of file.objects) if (object) refuseForbidden(object.value);
  const catalog = asDictionary(resolve(file, file.trailer.get('Root')).value, 'catalog');
  refuseOtherKeys('catalog', catalog);
  const names = resolve(file, catalog.get('Names')).value;
  if (names !== null) refuseOtherKeys('names', asDictionary(names, 'names'));
  return pagesOf(file, catalog).map(page => readPage(file, page));
}

/** The page dictionaries in order. Refuses a page object that is not in the tree, or twice in it. */
function pagesOf(file: PdfFile, catalog: PdfDictionary): PdfDictionary[] {
  const root = catalog.get('Pages');
  const tree = asDictionary(resolve(file, root).value, 'pageTree');
  refuseOtherKeys('pageTree', tree);
  const kids = tree.get('Kids');
  if (
    !Array.isArray(kids) ||
    kids.length === 0 ||
    kids.length > maxPages ||
    tree.get('Count') !== kids.length
  )
    return refusePdf('pageTree');
  const numbers = kids.map(kid => (kid instanceof PdfReference ? kid.object : refusePdf('pageTree')));
  const pageObjects = file.objects.filter(
    o => o?.value instanceof Map && isName(o.value.get('Type'), 'Page'),
  );
  if (new Set(numbers).size !== numbers.length || pageObjects.length !== numbers.length)
    refusePdf('pageOutsideTree');
  const pages = kids.map(kid => asDictionary(resolve(file, kid).value, 'page'));
  const contents = pages.map(page => page.get('Contents'));
  const streams = contents.map(c => (c instanceof PdfReference ? c.object : refusePdf('contents')));
  if (new Set(streams).size !== streams.length) refusePdf('contentsShared');
  for (const page of pages) {
    refuseOtherKeys('page', page);
    const parent = page.get('Parent');
    const ours =
      parent instanceof PdfReference && root instanceof PdfReference && parent.object === root.object;
    if (!isName(page.get('Type'), 'Page') || !ours) refusePdf('page');
  }
  return pages;
}

function readPage(file: PdfFile, page: PdfDictionary): PdfPage {
  const { value, stream } = resolve(file, page.get('Contents'));
  if (!stream) return refusePdf('contents');
  const dictionary = asDictionary(value, 'contents');
  const content = decoded(stream, dictionary);
  try {
    return { digest: createHash('sha256').update(content).digest(), stamps: stampsIn(content) };
  } finally {
    if (content !== stream) content.fill(0);
  }
}

function decoded(stream: Buffer, dictionary: PdfDictionary): Buffer {
  if (dictionary.has('DecodeParms')) refusePdf('contentFilter');
  const filter = dictionary.get('Filter');
  if (filter === undefined) return stream;
  if (!isName(filter, 'FlateDecode')) refusePdf('contentFilter');
  try {
    // in one piece: otherwise zlib's own pieces would stay in memory, and only the joined content would be zeroed
    return inflateSync(stream, { maxOutputLength: maxContent, chunkSize: maxContent });
  } catch (cause) {
    return refusePdf('contentFilter', cause);
  }
}

const stampStart = Buffer.from('/Madoguchi');
const stampEnd = Buffer.from(' EMC');
/** Max size of a stamp with its operators, in bytes (agent/protocol/page-stamp.ts). */
const maxStamp = 640;

/**
 * Everything that begins like a stamp must be one; otherwise gate/stampMissing. Only the stamps' own bytes become a string, because
 * a string can't be zeroed.
 */
function stampsIn(content: Buffer): PageStamp[] {
  const stamps: PageStamp[] = [];
  for (let at = content.indexOf(stampStart); at >= 0; at = content.indexOf(stampStart, at + 1)) {
    const end = content.indexOf(stampEnd, at) + stampEnd.length;
    const text = end - at <= maxStamp ? content.subarray(at, Math.max(at, end)) : Buffer.alloc(0);
    const [stamp] = refusing('gate/stampMissing', () => readPageStamps(text));
    if (!stamp) throw new GateRefusal('gate/stampMissing');
    stamps.push(stamp);
  }
  return stamps;
}
