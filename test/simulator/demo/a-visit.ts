// A visit as a demo records it, for tests of what is made of it.
import type { VisitRecord } from '../../../simulator/demo/visit-record.ts';

export const aVisit = (changes: Partial<VisitRecord> = {}): VisitRecord => ({
  nth: 1,
  resident: { id: 'm101', name: '髙橋 健一' },
  municipality: { code: '132047', name: '三鷹市' },
  kind: 'juminhyo',
  title: '住民票の写し',
  copies: 1,
  transaction: '0123456789abcdef0123456789abcdef',
  end: { outcome: 'issued', code: 'issued/done' },
  screen: { prompt: 'issued', text: '証明書と領収書をお取りください。ありがとうございました。' },
  feeYen: 200,
  keptYen: 200,
  owedYen: 0,
  coins: { inYen: 200, outYen: 0 },
  pages: { sent: 1, out: 1 },
  slips: 1,
  tookMs: 940,
  steps: [
    { event: 'started', at: 'card', fromMs: 5000, untilMs: 5040 },
    { event: 'cardRead', at: 'pin', fromMs: 5040, untilMs: 5940 },
    { event: 'receiptPrinted', at: 'done', fromMs: 5940, untilMs: 5940 },
  ],
  wrong: [],
  papers: {
    files: ['out/1-juminhyo.pdf', 'out/1-juminhyo-1.png', 'out/1-receipt.png'],
    pages: [Buffer.from('a page')],
    slips: [{ png: Buffer.from('a receipt'), text: ['領収書', '', '合計 ¥200'] }],
  },
  ...changes,
});

/** The same, with a fault that ended as expected. */
export const aFaultyVisit = (changes: Partial<VisitRecord> = {}): VisitRecord =>
  aVisit({
    end: { outcome: 'unknown', code: 'print/unknown' },
    screen: {
      prompt: 'unknown',
      text: '印刷の結果を確認できません。引換票または画面の番号を店員にお示しください。',
    },
    coins: { inYen: 400, outYen: 0 },
    ...{ feeYen: 400, keptYen: 400, pages: { sent: 2, out: 1 } },
    fault: {
      faults: [{ name: 'page.jam-after-page-1', summary: 'paper jams after the first of two pages' }],
      ...{ closed: [], expected: 'unknown (print/unknown)' },
    },
    ...changes,
  });
