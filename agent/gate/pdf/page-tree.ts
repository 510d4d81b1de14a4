// The page tree (ISO 32000-1, 7.7.3): its pages in order, with what they inherit.
import { placed, printable, refusePdf } from './broken-rule.ts';
import type { PdfFile } from './file.ts';
import { hintedPages } from './linearization.ts';
import { refuseOtherMedia } from './media.ts';
import type { PdfRule } from './rules.ts';
import { isDictionary, isName, type PdfDictionary, PdfReference, type PdfValue } from './value.ts';

const maxPages = 99;
const maxDepth = 16;

export interface PageObject {
  object: number;
  dictionary: PdfDictionary;
  resources: PdfValue;
}

const nodeKeys = new Set(['Type', 'Parent', 'Kids', 'Count', 'Resources', 'MediaBox', 'CropBox', 'Rotate']);
const pageKeys = new Set([
  ...[
    'Type',
    'Parent',
    'Resources',
    'MediaBox',
    'CropBox',
    'BleedBox',
    'TrimBox',
    'ArtBox',
    'Contents',
    'Rotate',
  ],
  ...['Group', 'Annots', 'StructParents', 'Tabs', 'UserUnit', 'LastModified', 'Metadata', 'Trans', 'Dur'],
]);
const ruleOfKey: Readonly<Record<string, PdfRule>> = { AA: 'action', AF: 'attachment', PresSteps: 'action' };
const inheritedKeys = ['Resources', 'MediaBox', 'CropBox', 'Rotate'];

/** Refuses a page that is not in the tree, or twice in it. Errors: pageTree, pageOutsideTree, pageKey, media. */
export function pagesOf(file: PdfFile, root: PdfReference): PageObject[] {
  const pages: PageObject[] = [];
  const seen = new Set<number>();
  walk(root, undefined, new Map(), 0);
  for (const [number, { value }] of file.objects)
    if (isDictionary(value) && !seen.has(number) && isPageOrNode(file, value))
      refusePdf('pageOutsideTree', { object: number });
  refuseOtherPages(file, pages);
  return pages;

  /** Returns how many pages are below. */
  function walk(
    reference: PdfReference,
    parent: number | undefined,
    inherited: ReadonlyMap<string, PdfValue>,
    depth: number,
  ): number {
    const { object } = reference;
    return placed({ object }, () => {
      const node = file.resolve(reference);
      if (!isDictionary(node) || seen.has(object) || depth > maxDepth) return refusePdf('pageTree');
      seen.add(object);
      const up = node.get('Parent');
      if (parent === undefined ? up !== undefined : !(up instanceof PdfReference && up.object === parent))
        refusePdf('pageTree', { key: 'Parent' });
      const type = file.get(node, 'Type');
      // ISO 32000-1, 7.3.7: null is as good as absent, but for some readers it hides what is inherited
      for (const key of inheritedKeys)
        if (node.has(key) && file.get(node, key) === null) refusePdf('pageKey', { key });
      const own = new Map([
        ...inherited,
        ...inheritedKeys.flatMap(key => (node.has(key) ? [[key, node.get(key)!] as const] : [])),
      ]);
      if (isName(type, 'Page')) return leaf(object, node, own);
      const kids = isName(type, 'Pages') ? file.get(node, 'Kids') : refusePdf('pageTree', { key: 'Type' });
      refuseOtherKeys(node, nodeKeys);
      if (!Array.isArray(kids)) return refusePdf('pageTree', { key: 'Kids' });
      let below = 0;
      for (const kid of kids as readonly PdfValue[])
        below += kid instanceof PdfReference ? walk(kid, object, own, depth + 1) : refusePdf('pageTree');
      return file.get(node, 'Count') === below && below > 0 ? below : refusePdf('pageTree', { key: 'Count' });
    });
  }

  function leaf(object: number, dictionary: PdfDictionary, own: ReadonlyMap<string, PdfValue>): number {
    const page = pages.length + 1;
    if (page > maxPages) refusePdf('limit');
    placed({ page }, () => {
      refuseOtherKeys(dictionary, pageKeys);
      const notes = file.get(dictionary, 'Annots');
      if (notes !== null && !(Array.isArray(notes) && notes.length === 0))
        refusePdf('annotation', { key: 'Annots' });
      refuseOtherMedia(file, dictionary, own);
    });
    pages.push({ object, dictionary, resources: file.resolve(own.get('Resources')) });
    return 1;
  }
}

/** Some readers find the pages of a linearized file without the tree. */
function refuseOtherPages({ linearization, decoder, resolve }: PdfFile, pages: readonly PageObject[]): void {
  if (!linearization) return;
  if (linearization.pages !== pages.length) refusePdf('revision', { key: 'N' });
  if (linearization.firstPage !== pages[0]!.object) refusePdf('revision', { key: 'O' });
  if (pages.length === 1) return;
  const hints = linearization.hints ?? refusePdf('revision', { key: 'H' });
  const numbers = decoder.decoded(hints, resolve, data => hintedPages(linearization, data));
  if (pages.some(({ object }, i) => object !== numbers[i])) refusePdf('revision', { key: 'H' });
}

function refuseOtherKeys(dictionary: PdfDictionary, allowed: ReadonlySet<string>): void {
  for (const key of dictionary.keys())
    if (!allowed.has(key)) refusePdf(ruleOfKey[key] ?? 'pageKey', { key: printable(key) });
}

const isPageOrNode = (file: PdfFile, value: PdfDictionary): boolean =>
  ['Page', 'Pages'].some(type => isName(file.get(value, 'Type'), type));
