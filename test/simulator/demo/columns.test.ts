import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { columnsOf, cut, wrap } from '../../../simulator/demo/columns.ts';

test('kana, kanji and full-width signs take two columns; letters one; a variation selector none', () => {
  assert.is(columnsOf('PIN 4'), 5);
  assert.is(columnsOf('暗証番号4桁。'), 13);
  assert.is(columnsOf('𠮷﨑'), 4);
  assert.is(columnsOf('葛\u{E0102}城'), 4);
  assert.is(columnsOf('’…→'), 3);
});

test('what is too long is cut, and never in the middle of a wide character', () => {
  assert.is(cut('印刷の結果', 10), '印刷の結果');
  assert.is(cut('印刷の結果', 9), '印刷の結…');
  assert.is(cut('印刷の結果', 8), '印刷の…');
});

test('lines are broken at spaces', () => {
  assert.equal(wrap('one two three', 7), ['one two', 'three']);
  assert.equal(wrap('a-word-that-is-long b', 5), ['a-word-that-is-long', 'b']);
  assert.equal(wrap('印刷の 結果を', 7), ['印刷の', '結果を']);
});

test.run();
