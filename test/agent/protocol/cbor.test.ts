// One encoding for each value: RFC 8949, appendix A, divided into what the contract speaks and what it refuses.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, Tag, type Value } from '../../../agent/protocol/cbor.ts';
import { refuses } from '../../refusal.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const spoken: [encoded: string, value: Value][] = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1819', 25],
  ['1864', 100],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['1affffffff', 2 ** 32 - 1],
  ['1b0000000100000000', 2 ** 32],
  ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ['20', -1],
  ['29', -10],
  ['3863', -100],
  ['3903e7', -1000],
  ['3affffffff', -(2 ** 32)],
  ['3b0000000100000000', -(2 ** 32) - 1],
  ['3b001ffffffffffffe', Number.MIN_SAFE_INTEGER],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['40', Buffer.alloc(0)],
  ['4401020304', Buffer.from([1, 2, 3, 4])],
  ['60', ''],
  ['6161', 'a'],
  ['6449455446', 'IETF'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['64f0908591', '\u{10151}'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['98190102030405060708090a0b0c0d0e0f101112131415161718181819', Array.from({ length: 25 }, (_, i) => i + 1)],
  ['a0', {}],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  ['a26161016162820203', { a: 1, b: [2, 3] }],
  ['826161a161626163', ['a', { b: 'c' }]],
  ['a56161614161626142616361436164614461656145', { a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }],
];

test('what the contract speaks is written and read as RFC 8949 has it', () => {
  for (const [encoded, value] of spoken) {
    assert.is(encode(value).toString('hex'), encoded);
    assert.equal(decode(hex(encoded)), value, encoded);
  }
});

test('COSE tags are kept', () => {
  assert.is(encode(new Tag([1], 18)).toString('hex'), 'd28101');
  assert.equal(decode(hex('d8608101')), new Tag([1], 96));
});

test('map keys are sorted by their encoded bytes, and absent fields left out', () => {
  assert.is(encode({ bb: 1, a: 2, c: undefined }).toString('hex'), 'a2616102626262 01'.replace(' ', ''));
  const cose = new Map<number, Value>([
    [-1, 0],
    [4, 0],
    [1, 0],
    [24, 0],
    [-25, 0],
  ]);
  assert.is(encode(cose).toString('hex'), 'a50100040018180020003818 00'.replace(' ', ''));
});

const refused: [why: string, encoded: string[]][] = [
  ['nothing', ['']],
  ['floats', ['f90000', 'f93c00', 'f97e00', 'fa47c35000', 'fb3ff199999999999a', 'fb7ff0000000000000']],
  ['undefined and other simple values', ['f7', 'f0', 'f8ff', 'f818']],
  [
    'integers above 2^53 - 1',
    ['1b0020000000000000', '1bffffffffffffffff', '3b001fffffffffffff', '3bffffffffffffffff'],
  ],
  [
    'other tags',
    [
      'c074323031332d30332d32315432303a30343a30305a',
      'c11a514b67b0',
      'c249010000000000000000',
      'd74401020304',
      'd818456449455446',
      'd9d9f700',
    ],
  ],
  [
    'indefinite lengths',
    [
      '5f42010243030405ff',
      '7f657374726561646d696e67ff',
      '9fff',
      '9f018202039f0405ffff',
      'bf61610161629f0203ffff',
      'ff',
    ],
  ],
  [
    'integers not in their shortest form',
    ['1817', '190018', '1900ff', '1a0000ffff', '1b00000000ffffffff', '3817'],
  ],
  ['lengths not in their shortest form', ['5800', '580161', '780161', '980101', 'b801616101', '590001ff']],
  ['map keys out of order', ['a2616201616101', 'a220000100', 'a2626161016162 01'.replace(' ', '')]],
  ['a map key twice', ['a2616101616102', 'a201000100']],
  [
    'map keys that are neither text nor integers',
    ['a1400 0'.replace(' ', ''), 'a18000', 'a1f600', 'a1f500', 'a1a000', 'a1d2 0000'.replace(' ', '')],
  ],
  ['text that is not UTF-8', ['61ff', '62c328', '63eda080', '62c080']],
  ['reserved lengths', ['1c', '3d', '5e', '7c', '9d', 'bc', 'dc', 'fc']],
  [
    'items that are cut short',
    [
      '18',
      '1901',
      '1a000000',
      '42 01'.replace(' ', ''),
      '6261',
      '8201',
      'a1',
      'a16161',
      'd2',
      '5affffffff',
      '9affffffff',
      'baffffffff',
      '9b001fffffffffffff',
    ],
  ],
  ['bytes after the end', ['0000', 'a000', '616100']],
  [
    'nesting deeper than 16',
    [`${'81'.repeat(17)}00`, `${'a100'.repeat(17)}00`, `${'d2'.repeat(17)}00`, '81'.repeat(100_000)],
  ],
];
for (const [why, encodings] of refused)
  test(`${why} are refused`, () => {
    for (const encoded of encodings)
      assert.throws(() => decode(hex(encoded)), refuses('protocol/cbor'), encoded.slice(0, 40));
  });

test('nesting of 16 is read', () => assert.not.throws(() => decode(hex(`${'81'.repeat(16)}00`))));

test('a message above its limit is refused before it is looked at', () => {
  const long = encode(Buffer.alloc(100));
  assert.throws(() => decode(long, long.length - 1), refuses('protocol/size'));
  assert.not.throws(() => decode(long, long.length));
});

test('floats and unsafe integers are not written', () => {
  for (const value of [0.5, Number.NaN, Infinity, 2 ** 53, -(2 ** 53)])
    assert.throws(() => encode(value), refuses('protocol/cbor'));
});

test('what was encoded stays as it is when more is encoded', () => {
  const first = encode({ a: 'first' });
  const copy = Buffer.from(first);
  for (let i = 0; i < 1000; i++) encode({ b: 'x'.repeat(i) });
  assert.equal(first, copy);
});

test('what was decoded does not change with the bytes that it came from', () => {
  const bytes = encode({ a: Buffer.from([1, 2, 3]) });
  const value = decode(bytes);
  bytes.fill(0);
  assert.equal(value, { a: Buffer.from([1, 2, 3]) });
});

test.run();
