// A font must be in the file: otherwise each printer draws with its own. The standard 14 are in every printer.
import { refusePdf } from './broken-rule.ts';
import type { PdfFile } from './file.ts';
import { isDictionary, nameOf, type PdfDictionary, type PdfValue } from './value.ts';

/** ISO 32000-1, 9.6.2.2. */
const standard14 = new Set([
  ...['Times-Roman', 'Times-Bold', 'Times-Italic', 'Times-BoldItalic', 'Symbol', 'ZapfDingbats'],
  ...['Helvetica', 'Helvetica-Bold', 'Helvetica-Oblique', 'Helvetica-BoldOblique'],
  ...['Courier', 'Courier-Bold', 'Courier-Oblique', 'Courier-BoldOblique'],
]);

const programKeys = ['FontFile', 'FontFile2', 'FontFile3'];

/** Errors: font, fontNotEmbedded. */
export function refuseFont(file: PdfFile, font: PdfDictionary): void {
  const subtype = nameOf(file.get(font, 'Subtype')) ?? '';
  if (subtype === 'Type0') refuseDescendant(file, file.get(font, 'DescendantFonts'));
  else if (['Type1', 'MMType1', 'TrueType'].includes(subtype)) {
    const isStandard = subtype === 'Type1' && standard14.has(nameOf(file.get(font, 'BaseFont')) ?? '');
    if (!isStandard) refuseWithoutProgram(file, font);
  } else if (subtype !== 'Type3') refusePdf('font', { key: 'Subtype' });
}

function refuseDescendant(file: PdfFile, descendants: PdfValue): void {
  const font = Array.isArray(descendants) && descendants.length === 1 ? file.resolve(descendants[0]) : null;
  if (!isDictionary(font)) refusePdf('font', { key: 'DescendantFonts' });
  const subtype = nameOf(file.get(font, 'Subtype'));
  if (subtype !== 'CIDFontType0' && subtype !== 'CIDFontType2') refusePdf('font', { key: 'Subtype' });
  refuseWithoutProgram(file, font);
}

function refuseWithoutProgram(file: PdfFile, font: PdfDictionary): void {
  const descriptor = file.get(font, 'FontDescriptor');
  if (!isDictionary(descriptor) || !programKeys.some(key => file.object(descriptor.get(key)).stream))
    refusePdf('fontNotEmbedded');
}
