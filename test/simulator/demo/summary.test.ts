import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { columnsOf } from '../../../simulator/demo/columns.ts';
import { faultLines, keptLines, residentLines, whereLines } from '../../../simulator/demo/summary.ts';
import { aFaultyVisit, aVisit } from './a-visit.ts';

test('one visit: who, what, fee, seconds, pages, end, books', () => {
  assert.equal(residentLines({ visits: [aVisit()], books: [], startMs: 5210 }), [
    'who       髙橋 健一 of 三鷹市 Mitaka, made up',
    'what      住民票の写し certificate of residence, 1 copy',
    'fee       200 yen: 200 in, 0 out',
    'time      0.9 s from card to end; 5.2 s to start',
    'paper     1 page, 1 receipt',
    'end       issued (issued/done): the certificate is out and paid for',
    'books     agree: till, paper and ledger',
  ]);
});

test('several visits: a line each, and what they come to together', () => {
  const visits = [aVisit(), aVisit({ nth: 2, kind: 'zei', feeYen: 250, pages: { sent: 2, out: 2 } })];
  assert.equal(residentLines({ visits, books: ['200 yen stayed'], startMs: 5000 }), [
    '  no    yen  pages  seconds  end        what, and for whom (all made up)',
    '   1    200      1      0.9  issued     certificate of residence  髙橋 健一, 三鷹市',
    '   2    250      2      0.9  issued     tax certificate           髙橋 健一, 三鷹市',
    'together  450 yen, 3 pages, 1.9 s; 5.0 s to start',
    'books     200 yen stayed',
  ]);
});

test('nobody was served: nothing is said', () => {
  assert.equal(residentLines({ visits: [], books: [], startMs: 0 }), []);
});

test('a fault: what was done, the end expected and reached, what the screen said, coins, sheets, books', () => {
  const lines = faultLines(aFaultyVisit());
  assert.equal(lines, [
    'fault     page.jam-after-page-1',
    '          paper jams after the first of two pages',
    'expected  unknown (print/unknown)',
    'end       unknown (print/unknown)',
    '          what was printed is not certain: a claim slip, and a person decides',
    'screen    印刷の結果を確認できません。',
    '          引換票または画面の番号を店員にお示しください。',
    '          What was printed cannot be confirmed. Show the claim slip, or the',
    '          number on the screen, to the staff.',
    'coins     400 yen in, 0 yen out; kept 400, owed 0',
    'paper     1 sheet, 1 slip',
    'time      0.9 s from card to end',
    'books     agree',
    'as expected',
  ]);
  for (const line of lines) assert.ok(columnsOf(line) <= 80, line);
});

test('a fault that did not end as expected says so, and what is wrong', () => {
  const { end: _, screen: __, ...nothing } = aFaultyVisit({ wrong: ['nobody was served'] });
  const lines = faultLines({ ...nothing, end: null });
  assert.ok(lines.includes('end       none') && lines.includes('screen    nothing'));
  assert.equal(lines.slice(-2), ['books     nobody was served', 'NOT AS EXPECTED']);
});

test('where everything is: the page to open, the first papers, the records', () => {
  const out = { index: 'out/index.html', records: ['out/timeline.json', 'out/ledger.json'] };
  assert.equal(whereLines(out, [aVisit(), aVisit({ nth: 2 })]), [
    'open      out/index.html',
    'papers    out/1-juminhyo.pdf out/1-juminhyo-1.png out/1-receipt.png …',
    'records   out/timeline.json out/ledger.json',
  ]);
  const none = aVisit({ papers: { files: [], pages: [], slips: [] } });
  assert.is(whereLines(out, [none]).length, 2);
  assert.match(keptLines('/tmp/x')[1]!, 'journal inspect --home /tmp/x/t/home');
});

test.run();
