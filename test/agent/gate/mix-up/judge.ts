// Judges a paper as the resident sees it, without stamps, manifests and signatures.
import { isDeepStrictEqual } from 'node:util';
import { readPdf } from './pdf.ts';
import { memberOf, presentVersion, type Words } from './town.ts';
import type { Truth } from './visit.ts';

/** What came out of the printer. */
export interface Paper {
  document: Buffer;
  job: { name: string; copies: number };
}

/** Whether `paper` is what `truth` calls for: this person's, this choice, every page in its place, now. */
export function isRight({ document, job }: Paper, truth: Truth): boolean {
  const { transaction, resident, chosen, issue, revoked, over } = truth;
  const { pages, forms, picture } = readPdf(document);
  const expected = Array.from(
    { length: resident.pages },
    (_, i): Words => ({
      issue: issue?.number ?? Number.NaN,
      transaction,
      resident: resident.id,
      version: presentVersion,
      member: memberOf(chosen),
      order: chosen,
      page: i + 1,
      pages: resident.pages,
    }),
  );
  const rightJob = job.name === transaction && job.copies === chosen.copies;
  return (
    !revoked &&
    !over &&
    rightJob &&
    picture === `picture ${resident.id}` &&
    forms.length === pages.length &&
    forms.every(form => form === `form ${resident.id}`) &&
    isDeepStrictEqual(pages, expected)
  );
}
