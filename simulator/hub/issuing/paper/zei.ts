// 課税証明書: income, deductions and tax of one tax year.

import { inEra, plainDate } from '../../catalogue/japanese-date.ts';
import { newestTaxYear, taxTitle } from '../../catalogue/tax-year.ts';
import type { PaperMaker } from './paper.ts';
import { a4 } from './sheet.ts';

const x = a4.margin;
const width = a4.width - 2 * a4.margin;
const row = 29;

const yen = (amount: number): string => `${amount.toLocaleString('ja-JP')} 円`;
/** Of the 10 per cent, 6 are the municipality's and 4 the prefecture's (地方税法 35 and 314-3). */
const municipalShare = 0.6;

export const zei: PaperMaker = ({ entry: { resident, household }, wall }) => {
  const { income = 0, deductions = 0, tax = 0 } = resident.tax ?? {};
  const municipal = Math.round((tax * municipalShare) / 100) * 100;
  const person = [
    ['住所', household.address],
    ['氏名', resident.name],
    ['生年月日', inEra(plainDate(resident.birth))],
    ['年度', taxTitle(newestTaxYear(wall))],
  ] as const;
  const amounts = [
    ['合計所得金額', income],
    ['所得控除合計', deductions],
    ['課税標準額', Math.max(0, income - deductions)],
    ['市区町村民税額', municipal],
    ['都道府県民税額', tax - municipal],
    ['年税額', tax],
  ] as const;
  return {
    title: tax > 0 ? '課税証明書' : '非課税証明書',
    statement: '上記のとおり相違ないことを証明する。',
    bodies: [
      (sheet, top) => {
        const labelWidth = 130;
        for (const [i, [label, value]] of person.entries())
          sheet.field({ x, y: top + i * row, width, height: row }, label, value, { labelWidth, size: 11.5 });
        for (const [i, [label, amount]] of amounts.entries()) {
          const y = top + (person.length + i) * row + 16;
          sheet.field({ x, y, width, height: row }, label, yen(amount), {
            labelWidth,
            size: 12,
            align: 'right',
          });
        }
      },
    ],
  };
};
