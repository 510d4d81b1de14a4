// What a receipt shows of any text: it is never refused, and never has a command in it.
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { geta, printable, withoutGlyph } from '../../../drivers/contract/receipt-characters.ts';

test('a character without a cell in CP932 is printed as one geta mark', () => {
  for (const [text, printed, missing] of [
    ['\u{20BB7}野町', '〓野町', ['U+20BB7']],
    ['吉野家の\u{20BB7}\u{20BB7}', '吉野家の〓〓', ['U+20BB7']],
    ['caf\u00e9', 'caf〓', ['U+00E9']],
    ['\ud83c', '〓', ['U+D83C']], // half of a surrogate pair
    ['\ue000', '〓', ['U+E000']], // a user-defined cell, empty in the printer
    ['👨‍👩‍👧', '〓', ['U+1F468']], // one character of five code points
    ['〓', '〓', []],
  ] as const) {
    assert.is(printable(text, 'cp932'), printed);
    assert.equal(withoutGlyph(text), missing);
  }
});

test('what chooses a variant of a character, or is not seen, is left out', () => {
  for (const [text, printed] of [
    ['葛\u{e0101}飾', '葛飾'],
    ['e\u0301', 'e'],
    ['\u202e', ''],
    ['a\ufeffb', 'ab'],
    ['\ufa19', '神'], // canonically the same
  ] as const)
    assert.is(printable(text, 'cp932'), printed);
});

test('control characters and line separators become a space: a text contains no command', () => {
  for (let code = 0; code < 0xa0; code++) {
    if (code >= 0x20 && code < 0x7f) continue;
    assert.is(printable(`a${String.fromCharCode(code)}b`, 'cp932'), 'a b', code.toString(16));
  }
  for (const separator of ['\u2028', '\u2029', '\u3000']) assert.is(printable(separator, 'cp932').trim(), '');
});

test('variants of the same cell are replaced by CP932’s mapping', () => {
  assert.is(printable('〜−‖—¢£¬¦‾\\', 'cp932'), '～－∥―￠￡￢￤￣＼');
  assert.is(printable('か\u3099は\u309a', 'cp932'), 'がぱ');
  assert.is(printable('髙﨑①㈱ｱ¥￥', 'cp932'), '髙﨑①㈱ｱ¥￥');
});

test('a printer without IBM’s extensions prints 髙 as a geta mark, and the characters of JIS X 0208', () => {
  assert.is(printable('髙', 'jisx0208'), geta);
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
    const text = String.fromCharCode(code);
    if (printable(text, 'cp932') === text) ours.add(code.toString(16));
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
