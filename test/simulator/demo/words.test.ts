// Whatever the terminal shows and goes through has its English.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { promptIds, promptOf } from '../../../agent/panel/prompts.ts';
import { columnsOf } from '../../../simulator/demo/columns.ts';
import { rowOf } from '../../../simulator/demo/lanes.ts';
import { counted, promptGloss } from '../../../simulator/demo/words.ts';

test('every prompt has a short gloss and a sentence; one that is not known is shown by its id', () => {
  for (const id of promptIds) {
    const { short, sentence } = promptGloss(id);
    assert.ok(short !== id && short.length <= 24, `${id}: ${short}`);
    assert.ok(sentence.length > short.length && /[.?]$/.test(sentence), `${id}: ${sentence}`);
  }
  assert.is(promptGloss('somethingNew').short, 'somethingNew');
});

test('what the resident sees on the way fits on a line of 80 columns, beside its gloss', () => {
  const ends = [
    'refused',
    'abandoned',
    'cardExpired',
    'cardNoApplication',
    'outOfService',
    'issuedWithoutReceipt',
  ];
  for (const id of promptIds) {
    const [first = ''] = promptOf(id).text.split(/(?<=。)/);
    if (!ends.includes(id)) assert.ok(columnsOf(first) <= 43, `${id}: ${first}`);
  }
});

test('every state of a transaction has its row, and sees a prompt that there is', () => {
  const states = [
    ...['card', 'pin', 'authenticate', 'choose', 'confirm', 'order', 'cardReturned', 'fetch', 'check', 'pay'],
    ...['print', 'receipt', 'void', 'claim', 'done', 'refused', 'abandoned', 'refundDue', 'unknown'],
  ];
  for (const at of states) {
    const { title, prompt } = rowOf({ event: 'any', at });
    assert.is.not(title, at);
    if (prompt) assert.ok((promptIds as string[]).includes(prompt), prompt);
  }
  assert.is(rowOf({ event: 'captured', at: 'print' }).lane, 'gate');
  assert.is(rowOf({ event: 'jobCreated', at: 'print' }).lane, 'device');
  assert.is(rowOf({ event: 'any', at: 'somethingNew' }).title, 'somethingNew');
});

test('one is not several', () => {
  assert.equal(
    [counted(0, 'page'), counted(1, 'page'), counted(2, 'copy', 'copies')],
    ['0 pages', '1 page', '2 copies'],
  );
});

test.run();
