// Puts a part of one file into another one in place of a part of its own, with everything that it needs.

import type { PdfFile } from '../../../../agent/gate/pdf/file.ts';
import { pageObjects } from '../../../../agent/gate/pdf/pages.ts';
import {
  isDictionary,
  type PdfDictionary,
  type PdfObject,
  PdfReference,
  type PdfValue,
} from '../../../../agent/gate/pdf/value.ts';
import { writePdf } from '../../../../conformance/stamp/write-pdf.ts';
import type { Part } from './parts.ts';

/** Keys that lead out of a part: to the tree above it, and to the structure of its own file. */
const outward = new Set(['Parent', 'P', 'StructParent', 'StructParents']);

export function exchanged(into: PdfFile, place: Part, from: PdfFile, part: Part): Buffer {
  const objects = new Map([...into.objects].filter(([number]) => !into.containers.has(number)));
  const numbers = new Map<number, number>();
  let next = Math.max(...objects.keys()) + 1;
  const copied = copy(from.objects.get(part.object)!);
  objects.set(place.object, place.kind === 'page' ? asPage(copied) : copied);
  return writePdf('1.7', objects, trailerOf(into));

  function copy({ value, stream }: PdfObject): PdfObject {
    const own = translated(value);
    return stream ? { value: own, stream } : { value: own };
  }

  function translated(value: PdfValue): PdfValue {
    if (value instanceof PdfReference) return new PdfReference(numberOf(value.object));
    if (Array.isArray(value)) return (value as readonly PdfValue[]).map(translated);
    if (!isDictionary(value)) return value;
    return new Map(
      [...value].flatMap(([key, item]) => (outward.has(key) ? [] : [[key, translated(item)] as const])),
    );
  }

  function numberOf(theirs: number): number {
    const known = numbers.get(theirs);
    if (known !== undefined) return known;
    const ours = next++;
    numbers.set(theirs, ours);
    objects.set(ours, copy(from.objects.get(theirs)!));
    return ours;
  }

  /** With what it inherited, at the other page's place in the tree. */
  function asPage({ value }: PdfObject): PdfObject {
    const own = into.objects.get(place.object)!.value as PdfDictionary;
    const page = pageObjects(from).find(({ object }) => object === part.object)!;
    const kept = ['Parent', 'MediaBox'].flatMap(key => (own.has(key) ? [[key, own.get(key)!] as const] : []));
    return {
      value: new Map<string, PdfValue>([
        ...(value as PdfDictionary),
        ['Resources', translated(page.resources)],
        ...kept,
      ]),
    };
  }
}

export const trailerOf = ({ trailer }: PdfFile): PdfDictionary =>
  new Map(
    ['Root', 'Info', 'ID'].flatMap(key => (trailer.has(key) ? [[key, trailer.get(key)!] as const] : [])),
  );
