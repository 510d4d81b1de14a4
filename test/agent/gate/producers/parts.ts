// What a page of a certificate is made of, each part an object of its own: what a service could mix up between two residents' files.
import type { PdfFile } from '../../../../agent/gate/pdf/file.ts';
import { pageObjects } from '../../../../agent/gate/pdf/pages.ts';
import {
  isDictionary,
  isName,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  type PdfValue,
} from '../../../../agent/gate/pdf/value.ts';

export type Kind =
  | 'page'
  | 'content'
  | 'form'
  | 'mask'
  | 'pattern'
  | 'shading'
  | 'image'
  | 'imageMask'
  | 'font';

export interface Part {
  kind: Kind;
  object: number;
  /** From 1. A part of several pages is listed with its first. */
  page: number;
  /** Pages whose resources lead to it. */
  pages: number;
  /** It has a stamp itself. */
  stamped: boolean;
}

export const contentsOf = (file: PdfFile, page: PdfDictionary): readonly PdfValue[] => {
  const contents = file.get(page, 'Contents');
  return Array.isArray(contents) ? contents : [page.get('Contents')!];
};

/** Decoded content of a stream. */
export const contentOf = (file: PdfFile, object: PdfObject): string =>
  file.decoder.decoded(object, file.resolve, bytes => bytes.toString('latin1'));

export function partsOf(file: PdfFile): Part[] {
  const parts = new Map<number, Part>();
  pageObjects(file).forEach(({ object, dictionary, resources }, i) => {
    const page = i + 1;
    const seen = new Set<number>();
    const found = (kind: Kind, number: number): void => {
      const known = parts.get(number);
      if (known) known.pages++;
      else
        parts.set(number, { kind, object: number, page, pages: 1, stamped: isStamped(file, kind, number) });
    };
    found('page', object);
    for (const content of contentsOf(file, dictionary))
      if (content instanceof PdfReference) found('content', content.object);
    walk(resources, undefined);

    function walk(value: PdfValue | undefined, key: string | undefined): void {
      if (value instanceof PdfReference) {
        if (seen.has(value.object)) return;
        seen.add(value.object);
        const kind = kindOf(file, file.object(value), key);
        if (kind) found(kind, value.object);
        walk(file.resolve(value), key);
      } else if (Array.isArray(value)) for (const item of value as readonly PdfValue[]) walk(item, key);
      else if (isDictionary(value)) for (const [name, item] of value) if (name !== 'Parent') walk(item, name);
    }
  });
  return [...parts.values()];
}

function kindOf(file: PdfFile, { value, stream }: PdfObject, key: string | undefined): Kind | undefined {
  if (!isDictionary(value)) return undefined;
  if (stream && isName(file.get(value, 'Subtype'), 'Form')) return key === 'G' ? 'mask' : 'form';
  if (stream && isName(file.get(value, 'Subtype'), 'Image')) return key === 'SMask' ? 'imageMask' : 'image';
  if (value.has('PatternType')) return 'pattern';
  if (value.has('ShadingType')) return 'shading';
  return isName(file.get(value, 'Type'), 'Font') ? 'font' : undefined;
}

function isStamped(file: PdfFile, kind: Kind, number: number): boolean {
  const object = file.objects.get(number)!;
  if (kind === 'page') return true;
  return (
    ['content', 'form', 'mask', 'pattern'].includes(kind) &&
    object.stream !== undefined &&
    contentOf(file, object).includes('/Madoguchi')
  );
}
