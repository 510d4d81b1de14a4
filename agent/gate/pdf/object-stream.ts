// The objects of an object stream (ISO 32000-1, 7.5.7). It must hold the objects that the cross-reference says, and no others.
import { placed, refusePdf } from './broken-rule.ts';
import type { Resolve, StreamDecoder } from './decoder.ts';
import { PdfParser, type ValueBudget } from './parser.ts';
import { countOf, isDictionary, isName, type PdfObject } from './value.ts';

/**
 * `expected`: the numbers by their index. Returns the objects in that order, without their streams: they have none.
 * Errors: objectStream, filter, limit.
 */
export function readObjectStream(
  stream: PdfObject,
  expected: ReadonlyMap<number, number>,
  { decoder, budget, resolve }: { decoder: StreamDecoder; budget: ValueBudget; resolve: Resolve },
): PdfObject[] {
  const { value } = stream;
  if (!isDictionary(value) || !isName(value.get('Type'), 'ObjStm') || value.has('Extends'))
    return refusePdf('objectStream');
  const count = countOf(resolve(value.get('N'))) ?? refusePdf('objectStream');
  const first = countOf(resolve(value.get('First'))) ?? refusePdf('objectStream');
  if (count !== expected.size) refusePdf('objectStream');
  const data = decoder.decode(stream, resolve);
  const head = new PdfParser(data.subarray(0, first), 0, budget);
  const heads = Array.from({ length: count }, () => ({ number: head.count(), at: first + head.count() }));
  head.skipSpace();
  if (!head.atEnd || heads[0]?.at !== first) refusePdf('objectStream');
  return heads.map(({ number, at }, index) =>
    placed({ object: number }, () => {
      if (expected.get(index) !== number) refusePdf('objectStream');
      const end = heads[index + 1]?.at ?? data.length;
      const parser = new PdfParser(data.subarray(0, end), at, budget);
      const object = { number, value: parser.objectValue() };
      parser.skipSpace();
      return parser.at === end ? object : refusePdf('objectStream');
    }),
  );
}
