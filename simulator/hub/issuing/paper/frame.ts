// The frame of every page: background, title, statement, date, mayor and seal, page number, and the transaction's id.

import { inEra, type PlainDate } from '../../catalogue/japanese-date.ts';
import { drawGround } from './ground.ts';
import type { Paper } from './paper.ts';
import { drawMayorSeal } from './seal.ts';
import { a4, type Sheet } from './sheet.ts';

/** Top of a page's body, in points from the upper edge. The body may reach down to 650. */
export const bodyTop = 112;

export interface FramePlace {
  paper: Pick<Paper, 'title' | 'statement'>;
  municipality: string;
  today: PlainDate;
  transaction: Buffer;
  /** From 1. */
  page: number;
  pages: number;
}

const across = { x: a4.margin, width: a4.width - 2 * a4.margin };

export function drawFrame(
  sheet: Sheet,
  { paper, municipality, today, transaction, page, pages }: FramePlace,
): void {
  drawGround(sheet.document);
  sheet.text({ ...across, y: 48, height: 34 }, [...paper.title].join('\u3000'), {
    size: 21,
    align: 'center',
  });
  const last = page === pages;
  if (!last) sheet.text({ ...across, y: 664, height: 20 }, '（次頁に続く）', { align: 'right' });
  sheet.text({ ...across, y: 684, height: 20 }, paper.statement, { size: 11.5 });
  sheet.text({ ...across, y: 712, height: 20 }, inEra(today), { size: 11.5 });
  sheet.text({ x: 250, y: 736, width: 200, height: 24 }, `${municipality}長\u3000見本\u3000太郎`, {
    size: 15,
  });
  drawMayorSeal(sheet, { x: 462, y: 708, width: 66, height: 66 }, `${municipality}長之印`);
  const foot = { ...across, y: 792, height: 14 };
  sheet.text(foot, `発行番号 ${transaction.toString('hex')}`, { size: 8 });
  sheet.text(foot, `${page} / ${pages} 頁`, { size: 9, align: 'right' });
  sheet.text({ ...foot, y: 806 }, '見本：記載の人物、住所および市区町村長は架空のものです。', {
    size: 7,
    color: '#555555',
  });
}
