// 住民票の写し: the household or some of its members. Relation and registered domicile are shown or hidden.
// The items: 住民基本台帳法 7 and 12, and 30-45 for foreign residents. The 住民票コード is never shown.

import { inEra, inOurEra, plainDate } from '../../catalogue/japanese-date.ts';
import type { Household, Resident } from '../../residents/resident.ts';
import type { PaperMaker, Subject } from './paper.ts';
import { a4, type Sheet } from './sheet.ts';

const perPage = 4;
const x = a4.margin;
const width = a4.width - 2 * a4.margin;
const row = 23;
const block = 4 * row + 16;

export const juminhyo: PaperMaker = subject => {
  const members = chosen(subject);
  const whole = members.length === subject.entry.household.members.length;
  const groups = Array.from({ length: Math.ceil(members.length / perPage) }, (_, i) =>
    members.slice(i * perPage, (i + 1) * perPage),
  );
  return {
    title: '住民票の写し',
    statement: whole
      ? 'この写しは、世帯全員の住民票の原本と相違ないことを証明する。'
      : 'この写しは、住民票の原本と相違ないことを証明する。',
    bodies: groups.map((group, index) => (sheet, top) => {
      drawHousehold(sheet, top, subject);
      for (const [i, member] of group.entries())
        drawMember(sheet, top + 2 * row + 14 + i * block, member, index * perPage + i + 1, subject);
    }),
  };
};

function chosen({ entry, options }: Subject): readonly Resident[] {
  const { members } = entry.household;
  const numbers = options.members;
  return options.scope === 'members' && Array.isArray(numbers)
    ? members.filter((_, number) => numbers.includes(number))
    : members;
}

const headOf = ({ members }: Household): string => members[0]?.name ?? '';

function drawHousehold(sheet: Sheet, top: number, { entry, options }: Subject): void {
  sheet.field({ x, y: top, width, height: row }, '住所', entry.household.address);
  const head = options.relation === 'hidden' ? '（省略）' : headOf(entry.household);
  sheet.field({ x, y: top + row, width, height: row }, '世帯主', head);
}

function drawMember(sheet: Sheet, top: number, member: Resident, nth: number, { options }: Subject): void {
  const birth = plainDate(member.birth);
  const half = width / 2;
  const cell = (line: number, part: 0 | 1, label: string, value: string) =>
    sheet.field({ x: x + part * half, y: top + line * row, width: half, height: row }, label, value, {
      size: 10,
    });
  const wide = (line: number, label: string, value: string, size = 12) =>
    sheet.field({ x, y: top + line * row, width, height: row }, label, value, { size });
  wide(0, `${nth}\u3000氏名`, `${member.name}\u3000（${member.kana}）`, 13);
  const born = member.foreigner ? inOurEra(birth) : inEra(birth);
  cell(1, 0, '生年月日', `${born}\u3000${member.sex}`);
  cell(1, 1, '続柄', options.relation === 'hidden' ? '（省略）' : member.relation);
  if (member.foreigner) {
    const { nationality, status, period, until, card } = member.foreigner;
    cell(2, 0, '国籍・地域', nationality);
    cell(2, 1, '在留資格', status);
    cell(3, 0, '在留期間等', `${period}（満了日 ${inOurEra(plainDate(until))}）`);
    cell(3, 1, '在留カード番号', card);
    return;
  }
  cell(2, 0, '住民となった日', inEra(plainDate(member.since)));
  cell(2, 1, '筆頭者', shown(options, member.honseki?.head));
  wide(3, '本籍', shown(options, member.honseki?.place), 10.5);
}

const shown = (options: Subject['options'], value = ''): string =>
  options.honseki === 'shown' ? value : '（省略）';
