// Content never becomes a command: for any characters the virtual printer reads the requested text.
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Receipt } from '../../../drivers/contract/receipt.ts';
import { printable } from '../../../drivers/contract/receipt-characters.ts';
import { printJob } from '../../../drivers/receipt/print-job.ts';
import { escPosProfiles } from '../../../drivers/receipt/profile.ts';
import { nextCommand } from '../../../simulator/receipt-printer/command-parser.ts';
import type { Strip } from '../../../simulator/receipt-printer/paper.ts';
import { PrintHead } from '../../../simulator/receipt-printer/print-head.ts';
import { anyText } from '../../any-text.ts';
import { refuses } from '../../refusal.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);
const profile = escPosProfiles.thermal80;

function printed(job: Buffer) {
  const names: string[] = [];
  const strips: Strip[] = [];
  const head = new PrintHead(profile.columns, { onLine() {}, onCut: strip => strips.push(strip) });
  let rest = job;
  for (let next = nextCommand(rest); next; next = nextCommand(rest)) {
    if (next.command.name !== 'byte') names.push(next.command.name);
    head.do(next.command);
    rest = rest.subarray(next.length);
  }
  assert.is(rest.length, 0);
  return { names: new Set(names), strips, lines: strips.flatMap(strip => strip.lines) };
}

const receipt = (text: string): Receipt => ({ title: 'a', rows: [['b', text]], totalYen: 1, notes: [text] });
const plain = printed(printJob(receipt('plain'), profile, '0001')).names;
const known = (names: Set<string>): boolean => [...names].every(name => plain.has(name));

test('receiptline’s own start and end are replaced: automatic status stays on, and the fence is last', () => {
  const job = printJob(receipt('x'), profile, '0427').toString('latin1');
  assert.match(job, /^\0{16}\x1b@\x1da\x0e/);
  assert.not.match(job, /\x1da\0/);
  assert.not.match(job, /\x1dr/);
  assert.ok(job.endsWith('\x1dVB\0\x1d(H\x06\x0000' + '0427'));
});

test('markup of ReceiptLine is printed literally', () => {
  for (const text of [
    '|a|b|',
    '{code:123;option:qrcode}',
    '{command:\\x1b@}',
    '{image:iVBORw0KGgo=}',
    '---',
    '=',
    '^^^big',
    '"bold" _under_ `inv`',
    'a~b\\x41',
    '\\n\\|\\{',
    ' x  y',
  ]) {
    const { names, lines, strips } = printed(printJob(receipt(text), profile, '0001'));
    const expected = printable(text, 'cp932');
    assert.is(lines.at(-1), expected);
    assert.ok(lines.some(line => line.startsWith('b ') && line.endsWith(` ${expected}`)));
    assert.is(strips.length, 1);
    assert.ok(known(names));
  }
});

const alphabet = fc.constantFrom(...' !"#$%&\'()*+,-./:;<=>?@[]^_`{|}~¥nxt09AZあ髙表ソ能～ｱ①円');
const short = fc.string({ unit: alphabet, minLength: 1, maxLength: 20 }).filter(text => text.trim() === text);

test('any printable text: on paper as requested, with only the commands of a plain receipt', () => {
  const check = fc.property(short, short, short, (title, label, note) => {
    const job = printJob({ title, rows: [[label, note]], totalYen: 200, notes: [note] }, profile, '0001');
    const { names, lines, strips } = printed(job);
    assert.is(strips.length, 1);
    assert.ok(known(names));
    assert.is(lines.at(-1), note);
    assert.ok(
      lines
        .join('\n')
        .replaceAll(/[ \n]/g, '')
        .startsWith((title + label + note).replaceAll(' ', '')),
    );
  });
  fc.assert(check, { seed, numRuns: 300 });
});

test('any string is printed, with the same commands', () => {
  const check = fc.property(anyText(8), text => {
    assert.ok(known(printed(printJob(receipt(text), profile, '0001')).names));
  });
  fc.assert(check, { seed, numRuns: 500 });
});

test('this check detects a planted command', () => {
  const job = printJob(receipt('x'), profile, '0001');
  const planted = Buffer.concat([job, Buffer.from('\x1bp\0\x19\xfa', 'latin1')]); // opens a cash drawer
  assert.not.ok(known(printed(planted).names));
});

test('a total that is not a whole number of yen is refused', () => {
  for (const totalYen of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => printJob({ ...receipt('x'), totalYen }, profile, '0001'), refuses('receipt/amount'));
});

test('without a cutter the paper is fed instead', () => {
  const job = printJob(receipt('x'), { ...profile, cutter: false }, '0001').toString('latin1');
  assert.not.match(job, /\x1dV/);
  assert.ok(job.endsWith('\x1bd\x06\x1d(H\x06\x00000001'));
});

test.run();
