// 戸籍全部事項証明書: 本籍, 筆頭者, and all members of the family register.

import { inEra, plainDate } from '../../catalogue/japanese-date.ts';
import type { Resident } from '../../residents/resident.ts';
import { familyOf, givenName } from './family.ts';
import type { PaperMaker } from './paper.ts';
import { a4, type Sheet } from './sheet.ts';

const x = a4.margin;
const width = a4.width - 2 * a4.margin;
const row = 26;
const labelWidth = 130;
const perPage = 4;

export const koseki: PaperMaker = ({ entry }) => {
  const family = familyOf(entry);
  const place = entry.resident.honseki;
  const pages = Math.max(1, Math.ceil(family.length / perPage));
  return {
    title: '全部事項証明',
    statement: 'これは、戸籍に記録されている事項の全部を証明した書面である。',
    bodies: Array.from({ length: pages }, (_, page) => (sheet: Sheet, top: number) => {
      sheet.field({ x, y: top, width, height: row }, '本籍', place?.place ?? '', { labelWidth });
      sheet.field({ x, y: top + row, width, height: row }, '氏名（筆頭者）', place?.head ?? '', {
        labelWidth,
        size: 12,
      });
      const group = family.slice(page * perPage, (page + 1) * perPage);
      for (const [i, member] of group.entries())
        drawMember(sheet, top + 2 * row + 14 + i * (4 * row + 8), member);
    }),
  };
};

function drawMember(sheet: Sheet, top: number, member: Resident): void {
  const fields = [
    ['戸籍に記録されている者', `【名】${givenName(member)}`],
    ['', `【生年月日】${inEra(plainDate(member.birth))}`],
    ['', `【性別】${member.sex}\u3000\u3000【続柄】${member.relation === '子' ? '子' : '本人または配偶者'}`],
    ['身分事項\u3000出生', `【出生日】${inEra(plainDate(member.birth))}`],
  ] as const;
  for (const [i, [label, value]] of fields.entries())
    sheet.field({ x, y: top + i * row, width, height: row }, label, value, { labelWidth });
}
