// 印鑑登録証明書: the registered seal impression and its owner.
import { inEra, inOurEra, plainDate } from '../../catalogue/japanese-date.ts';
import type { PaperMaker } from './paper.ts';
import { drawImpression } from './seal.ts';
import { a4 } from './sheet.ts';

const x = a4.margin;
const width = a4.width - 2 * a4.margin;
const row = 34;
const impression = 84;

export const inkan: PaperMaker = ({ entry: { resident, household } }) => ({
  title: '印鑑登録証明書',
  statement: 'この写しは、登録されている印影と相違ないことを証明する。',
  bodies: [
    (sheet, top) => {
      const box = { x, y: top + 12, width: 150, height: 4 * row };
      sheet.rule(box, 0.9);
      sheet.text({ ...box, height: 20 }, '印影', { size: 9, align: 'center' });
      const inner = { x: x + (150 - impression) / 2, y: box.y + 34, width: impression, height: impression };
      drawImpression(sheet, inner, resident.seal ?? '');
      const born = (resident.foreigner ? inOurEra : inEra)(plainDate(resident.birth));
      const fields = [
        ['氏名', resident.name, 15],
        ['生年月日', born, 11.5],
        ['性別', resident.sex, 11.5],
        ['住所', household.address, 11.5],
      ] as const;
      for (const [i, [label, value, size]] of fields.entries())
        sheet.field({ x: x + 150, y: box.y + i * row, width: width - 150, height: row }, label, value, {
          size,
        });
    },
  ],
});
