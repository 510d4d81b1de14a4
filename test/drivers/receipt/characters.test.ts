import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { printable } from '../../../drivers/receipt/characters.ts';
import { isReceiptError } from '../../../drivers/receipt/receipt-error.ts';

const refusedWith = (codePoint: string) => (error: unknown) =>
  isReceiptError(error) && error.code === 'receipt/character' && error.detail.codePoint === codePoint;

test('a character without a cell in CP932 is refused, and the error has its code point', () => {
  for (const [text, codePoint] of [
    ['吉野家の𠮷', 'U+20BB7'],
    ['葛\u{e0101}飾', 'U+E0101'],
    ['café', 'U+00E9'],
    ['\ud83c', 'U+D83C'], // half of a surrogate pair
    ['\ue000', 'U+E000'], // a user-defined cell, empty in the printer
    ['\u202e', 'U+202E'],
    ['\ufa19', 'U+FA19'], // in CP932, but layout's normalisation would print 神 for it
  ] as const)
    assert.throws(() => printable(text, 'cp932'), refusedWith(codePoint));
});

test('control characters are refused: a text contains no command', () => {
  for (let code = 0; code < 0xa0; code++) {
    if (code >= 0x20 && code < 0x7f) continue;
    const codePoint = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    assert.throws(() => printable(`a${String.fromCharCode(code)}b`, 'cp932'), refusedWith(codePoint));
  }
});

test('variants of the same cell are replaced by CP932’s mapping', () => {
  assert.is(printable('〜−‖—¢£¬¦‾\\', 'cp932'), '～－∥―￠￡￢￤￣＼');
  assert.is(printable('か\u3099は\u309a', 'cp932'), 'がぱ');
  assert.is(printable('髙﨑①㈱ｱ¥￥', 'cp932'), '髙﨑①㈱ｱ¥￥');
});

test('a printer without IBM’s extensions refuses 髙 and prints the characters of JIS X 0208', () => {
  assert.throws(() => printable('髙', 'jisx0208'), refusedWith('U+9AD9'));
  assert.is(printable('高崎熙', 'jisx0208'), '高崎熙');
});

test('the set of characters equals CP932 in Python except for 26 known ones', () => {
  const script = `
for c in range(0x20, 0x10000):
    if 0xd800 <= c < 0xf900: continue
    try:
        if chr(c).encode('cp932').decode('cp932') == chr(c): print('%x' % c)
    except UnicodeError: pass`;
  const python = new Set(execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim().split('\n'));
  const ours = new Set<string>();
  for (let code = 0x20; code < 0x10000; code++) {
    if (code >= 0xd800 && code < 0xf900) continue;
    try {
      const text = String.fromCharCode(code);
      if (printable(text, 'cp932') === text) ours.add(code.toString(16));
    } catch (error) {
      assert.ok(isReceiptError(error));
    }
  }
  assert.is(ours.size, 7461);
  assert.equal(
    [...ours].filter(hex => !python.has(hex)),
    ['a5'],
  ); // ¥ has the code of ASCII's backslash
  const missing = [...python]
    .filter(hex => !ours.has(hex))
    .map(hex => String.fromCharCode(Number.parseInt(hex, 16)));
  // Left out: backslash, controls, and those that Unicode normalisation replaces.
  assert.equal(
    missing.filter(text => text.normalize() === text),
    ['\\', '\x7f', '\x80'],
  );
  assert.is(missing.length, 26);
});

test.run();
