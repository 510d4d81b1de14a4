import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { columnsOf } from '../../../simulator/demo/columns.ts';
import { expectedOf } from '../../../simulator/demo/expected-end.ts';
import { faultList } from '../../../simulator/demo/fault-list.ts';
import { faults, findFault } from '../../../simulator/faults/registry.ts';

const linesOf = (word?: string) => faultList(faults, word)!.split('\n');

test('every fault is there once, with its end, below the part that it is of', () => {
  const lines = linesOf();
  for (const { name } of faults) assert.is(lines.filter(line => line === `  ${name}`).length, 1, name);
  assert.is(lines.filter(line => line.includes('→')).length, faults.length);
  const headings = lines.filter(line => /^\S.* \(\d+\)$/.test(line));
  const counts = headings.map(line => Number(/\((\d+)\)$/.exec(line)![1]));
  assert.is(
    counts.reduce((sum, count) => sum + count),
    faults.length,
  );
  assert.is(new Set(headings).size, headings.length);
  assert.ok(lines.indexOf('  page.busy') > lines.findIndex(line => line.startsWith('Page printer (')));
  for (const heading of headings) assert.match(heading, /^[A-Z]/, 'a part without a title of its own');
});

test('it fits on 80 columns', () => {
  for (const line of linesOf()) assert.ok(columnsOf(line) <= 80, line);
});

test('a word filters by name, part, summary and end, in capitals or not', () => {
  assert.equal(linesOf('page.jam-after-page-1-cleared'), [
    'Page printer (1)',
    '',
    '  page.jam-after-page-1-cleared',
    '      paper jams after the first of two pages, and staff clear it',
    '      → issued (issued/done)',
    '',
    'Play one, or several at once: npm run demo -- --fault page.jam-after-page-1-cleared',
    '',
  ]);
  assert.ok(linesOf('PAGE PRINTER').includes('  page.busy'));
  assert.ok(linesOf('refundDue').includes('  till.refuses-void'));
});

test('no fault has the word: there is no list', () => {
  assert.is(faultList(faults, 'no-such-fault'), undefined);
});

test('the end of several faults is the gravest, and out of service stands before it', () => {
  const named = (...names: string[]) => names.map(name => findFault(name)!);
  assert.is(expectedOf([]), 'issued (issued/done)');
  assert.is(expectedOf(named('page.jam-before')), 'out of service (page/jam), then issued (issued/done)');
  assert.match(expectedOf(named('card.locked', 'page.away')), /^unknown \(print\/unknown\) at the worst/);
});

test.run();
