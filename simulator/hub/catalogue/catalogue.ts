// The certificates that each municipality issues here, with fees and options: data for the configuration and the services.
// Fees as published by municipalities: 200 to 450 yen, 350 for some. Codes: 全国地方公共団体コード (総務省).
import type { Kind } from '../../../agent/protocol/configuration.ts';
import { newestTaxYear, taxTitle, taxWord } from './tax-year.ts';

/** An option with the values shown and hidden. The first value is the proposed one. */
const shownOrHidden = (name: string, title: string, first: 'shown' | 'hidden') => {
  const values = [
    { value: 'shown', title: '記載する' },
    { value: 'hidden', title: '記載しない' },
  ];
  return { name, title, values: first === 'shown' ? values : values.reverse() };
};

const scope = {
  name: 'scope',
  title: '証明する方',
  values: [
    { value: 'household', title: '世帯全員' },
    { value: 'members', title: '世帯の一部' },
  ],
};

const juminhyo = (feeYen: number): Kind => ({
  title: '住民票の写し',
  feeYen,
  maxCopies: 10,
  options: [
    scope,
    shownOrHidden('relation', '世帯主の氏名・続柄', 'shown'),
    shownOrHidden('honseki', '本籍・筆頭者', 'hidden'),
  ],
  members: true,
});
const plain = (title: string, feeYen: number): Kind => ({
  title,
  feeYen,
  maxCopies: 10,
  options: [],
  members: false,
});
const inkan = (feeYen: number) => plain('印鑑登録証明書', feeYen);
const koseki = (feeYen: number) => plain('戸籍全部事項証明書', feeYen);
const fuhyo = (feeYen: number) => plain('戸籍の附票の写し', feeYen);
const zei = (feeYen: number, year: number): Kind => ({
  ...plain('課税証明書', feeYen),
  options: [{ name: 'year', title: '年度', values: [{ value: taxWord(year), title: taxTitle(year) }] }],
});

export interface Municipality {
  name: string;
  kinds: Record<string, Kind>;
}

/** By municipality code, at `wall` (ms since 1970). The offered tax year changes in June, and is shown before payment. */
export const catalogueOn = (wall: number): Readonly<Record<string, Municipality>> => ({
  '132047': {
    name: '三鷹市',
    kinds: {
      juminhyo: juminhyo(200),
      inkan: inkan(200),
      koseki: koseki(450),
      fuhyo: fuhyo(200),
      zei: zei(200, newestTaxYear(wall)),
    },
  },
  '131130': {
    name: '渋谷区',
    kinds: {
      juminhyo: juminhyo(250),
      inkan: inkan(250),
      koseki: koseki(350),
      zei: zei(250, newestTaxYear(wall)),
    },
  },
  '122033': {
    name: '市川市',
    kinds: { juminhyo: juminhyo(300), inkan: inkan(300), koseki: koseki(450), fuhyo: fuhyo(300) },
  },
});

/** The municipalities. They are the same at every time. */
export const municipalityCodes: readonly string[] = Object.keys(catalogueOn(0));

/** The kind, if the municipality issues it; undefined for every other name. */
export function kindOf(municipality: string, kind: string, wall: number): Kind | undefined {
  const kinds = catalogueOn(wall)[municipality]?.kinds ?? {};
  return Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}
