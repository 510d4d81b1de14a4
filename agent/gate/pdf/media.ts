// A page is as large as the paper that was ordered: A4 upright, until the catalogue names other media.
import { refusePdf } from './broken-rule.ts';
import type { PdfFile } from './file.ts';
import { numberOf, type PdfDictionary, type PdfValue } from './value.ts';

/** ISO 216, in points of 1/72 inch. */
const a4 = { width: 595.276, height: 841.89 };
/** Producers round to whole points and to pixels of 1/96 inch. */
const tolerance = 1.5;

/** `own`: the page's attributes with what it inherits. */
export function refuseOtherMedia(
  file: PdfFile,
  page: PdfDictionary,
  own: ReadonlyMap<string, PdfValue>,
): void {
  const media = boxOf(file, own.get('MediaBox')) ?? refusePdf('media', { key: 'MediaBox' });
  const near = (a: number, b: number) => Math.abs(a - b) <= tolerance;
  if (!near(media.right - media.left, a4.width) || !near(media.top - media.bottom, a4.height))
    refusePdf('media', { key: 'MediaBox' });
  // what is cut off for one reader is printed by another
  const crop = own.has('CropBox') ? boxOf(file, own.get('CropBox')) : media;
  const sides = ['left', 'bottom', 'right', 'top'] as const;
  if (!crop || sides.some(side => !near(crop[side], media[side]))) refusePdf('media', { key: 'CropBox' });
  if ((file.resolve(own.get('Rotate')) ?? 0) !== 0) refusePdf('media', { key: 'Rotate' });
  if (numberOf(file.get(page, 'UserUnit') ?? 1) !== 1) refusePdf('media', { key: 'UserUnit' });
}

function boxOf(file: PdfFile, value: PdfValue | undefined) {
  const given = file.resolve(value);
  if (!Array.isArray(given) || given.length !== 4) return undefined;
  const [left, bottom, right, top] = (given as readonly PdfValue[]).map(side => numberOf(file.resolve(side)));
  if (left === undefined || bottom === undefined || right === undefined || top === undefined)
    return undefined;
  return { left, bottom, right, top };
}
