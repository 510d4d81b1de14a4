// 戸籍の附票の写し: the addresses of all members of the family register.

import { inEra, plainDate } from '../../catalogue/japanese-date.ts';
import { familyOf, givenName } from './family.ts';
import type { PaperMaker } from './paper.ts';
import { a4, type Sheet } from './sheet.ts';

const x = a4.margin;
const width = a4.width - 2 * a4.margin;
const row = 27;
const perPage = 5;

export const fuhyo: PaperMaker = ({ entry }) => {
  const family = familyOf(entry);
  const place = entry.resident.honseki;
  const pages = Math.max(1, Math.ceil(family.length / perPage));
  return {
    title: '戸籍の附票の写し',
    statement: 'この写しは、戸籍の附票の原本と相違ないことを証明する。',
    bodies: Array.from({ length: pages }, (_, page) => (sheet: Sheet, top: number) => {
      sheet.field({ x, y: top, width, height: row }, '本籍', place?.place ?? '');
      sheet.field({ x, y: top + row, width, height: row }, '筆頭者', place?.head ?? '', { size: 12 });
      for (const [i, member] of family.slice(page * perPage, (page + 1) * perPage).entries()) {
        const y = top + 2 * row + 12 + i * (3 * row + 6);
        sheet.field({ x, y, width, height: row }, '名', givenName(member), { size: 12 });
        sheet.field({ x, y: y + row, width, height: row }, '住所', entry.household.address);
        sheet.field(
          { x, y: y + 2 * row, width, height: row },
          '住所を定めた日',
          inEra(plainDate(member.since)),
        );
      }
    }),
  };
};
