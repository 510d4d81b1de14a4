// Files that one reader draws in one way and another in another, be it after a repair: each is refused.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hintedPages } from '../../../../agent/gate/pdf/linearization.ts';
import { readSample } from '../producers/samples.ts';
import {
  catalog,
  content,
  drawing,
  handmade,
  handmadeInStreams,
  judged,
  page,
  smallest,
  stamped,
  stream,
  tree,
} from './handmade.ts';
import { linearized, type Spoilt } from './linearized.ts';

const changed = (file: Buffer, from: string | RegExp, to: string) => {
  const text = file.toString('latin1');
  const after = text.replace(from, to);
  assert.is.not(after, text);
  return Buffer.from(after, 'latin1');
};
const good = handmade(smallest);
const inStreams = handmadeInStreams(smallest);
const withPacked = (also: string) => {
  const data = deflateSync(Buffer.from(stamped(), 'latin1')).toString('latin1');
  return handmade([catalog(), tree(), page(), stream(data, also), '1']);
};
const withParameters = (parameters: string, filter = 'FlateDecode') =>
  withPacked(`/Filter /${filter} /DecodeParms << ${parameters} >> `);
const withWidths = (widths: string, wider: (entry: string) => string) => {
  const file = handmadeInStreams(smallest, { entries: entries => entries.map(wider) });
  return changed(file, '/W [1 2 1]', widths);
};
const wish = (key: string) =>
  handmade([catalog(`/ViewerPreferences << /${key} /TrimBox >> `), tree(), page(), content]);
const pageFilter = 'filter, page 1, object 4';

/** What is wrong: the file, and rule and place of the refusal. */
const refused: Record<string, [file: Buffer, refusal: string]> = {
  'an object that is only a reference': [handmade([...smallest, '4 0 R']), 'chainedReference, object 5'],
  'a soft mask behind two references': [
    handmade(
      drawing(
        '/S gs',
        '/ExtGState << /S << /SMask 5 0 R >> >>',
        '6 0 R',
        '<< /S /Luminosity /G 7 0 R >>',
        stream('', '/Subtype /Form /BBox [0 0 9 9] '),
      ),
    ),
    'chainedReference, object 5',
  ],
  'an object in an object stream that is only a reference': [
    handmadeInStreams([...smallest, '4 0 R']),
    'chainedReference, object 5',
  ],
  // the cross-reference
  'a table that begins with number 1': [
    changed(good, 'xref\n0 5\n0000000000 65535 f \n', 'xref\n1 4\n'),
    'crossReference, object 0',
  ],
  'a table whose number 0 is not the head of the free numbers': [
    changed(good, '65535 f', '00000 f'),
    'crossReference, object 0',
  ],
  'a size that is larger than the table': [
    handmade(smallest, { size: 90_000_000 }),
    'crossReference, key Size',
  ],
  'a cross-reference stream of another size than its index': [
    changed(handmadeInStreams(smallest, { trailer: '/Root 1 0 R /Index [0 7] ' }), '/Size 7', '/Size 9'),
    'crossReference, key Size',
  ],
  'a type of two bytes': [withWidths('/W [2 2 1]', entry => `\0${entry}`), 'crossReference, object 6'],
  'an offset of five bytes': [
    withWidths('/W [1 5 1]', entry => `${entry[0]}\0\0\0${entry.slice(1)}`),
    'crossReference, object 6',
  ],
  'a generation of three bytes': [
    withWidths('/W [1 2 3]', entry => `${entry.slice(0, 3)}\0\0${entry[3]}`),
    'crossReference, object 6',
  ],
  // integers
  'a size with a point': [changed(good, '/Size 5', '/Size 5.'), 'crossReference, key Size'],
  'widths with a point': [changed(inStreams, '/W [1 2 1]', '/W [1 2. 1]'), 'crossReference, object 6'],
  'a length with a point': [
    handmade([...smallest, stream('x').replace('Length 1', 'Length 1.0')]),
    'stream, object 5',
  ],
  'a number of columns with a point': [withParameters('/Predictor 12 /Columns 4.0'), pageFilter],
  'a number of pages with a point': [
    handmade([catalog(), tree().replace('/Count 1', '/Count 1.0'), page(), content]),
    'pageTree, object 2, key Count',
  ],
  // objects
  'a comment in the head of an object': [handmade(smallest, { head: '0%\nobj' }), 'syntax, object 1'],
  'an object stream with something before its first object': [
    // the first object, 1, begins a character late: the white space before it belongs to no object
    handmadeInStreams(smallest, { pack: packed => packed.replace('1 0 ', '1 1 ').replace('<< /', ' <</') }),
    'objectStream',
  ],
  // streams
  'parameters by the key of an inline image': [
    withPacked('/Filter /FlateDecode /DP << /Predictor 1 >> '),
    'filter, object 4, key DP',
  ],
  'a filter with a list of parameters': [
    withPacked('/Filter /FlateDecode /DecodeParms [<< >>] '),
    pageFilter,
  ],
  'a list of filters with parameters that are no list': [
    withPacked('/Filter [/FlateDecode] /DecodeParms << >> '),
    pageFilter,
  ],
  'a list of filters with fewer parameters': [
    withPacked('/Filter [/FlateDecode /FlateDecode] /DecodeParms [<< >>] '),
    pageFilter,
  ],
  'parameters without a filter': [
    handmade([catalog(), tree(), page(), stream(stamped(), '/DecodeParms << >> ')]),
    pageFilter,
  ],
  'a predictor of three bits': [withParameters('/Predictor 12 /BitsPerComponent 3'), pageFilter],
  // the document
  'a rotation that is null': [
    handmade([catalog(), tree('3 0 R', 1, '/Rotate 90 '), page('/Rotate null '), content]),
    'pageKey, object 3, key Rotate',
  ],
  'an area to print': [wish('PrintArea'), 'printOverride, key PrintArea'],
  'an area to print is cut to': [wish('PrintClip'), 'printOverride, key PrintClip'],
};

for (const [what, [file, refusal]] of Object.entries(refused))
  test(`${what}: refused`, () => {
    const inOrder = (text: string) => text.split(', ').sort().join(', ');
    assert.is(inOrder(judged(file)), inOrder(refusal));
  });

const keys = (change: Record<string, string>) => {
  const right = { H: '[0 0]', O: '3', E: '0', N: '1', T: '{T}' };
  return Object.entries({ ...right, ...change })
    .map(([key, value]) => `/${key} ${value}`)
    .join(' ');
};
const spoilt: Record<string, [Spoilt, refusal: string]> = {
  'an O of another page': [{ about: keys({ O: '4' }) }, 'revision, key O'],
  'an N of more pages': [{ about: keys({ N: '2' }) }, 'revision, key N'],
  'a T that is not exact': [{ about: keys({ T: '{T}'.padStart(5, '1') }) }, 'revision'],
  'an H with a point': [{ about: keys({ H: '[0. 0]' }) }, 'revision'],
  'a version that is not 1': [{ version: 2 }, 'revision'],
  'no H': [{ about: keys({}).replace('/H', '/P') }, 'revision'],
  'an E that is a reference': [{ about: keys({ E: '4 0 R' }) }, 'revision'],
  'a key more, with the word endobj': [{ about: keys({ X: '(endobj)' }) }, 'revision'],
  'a comment with the word endobj before its first object': [{ head: '%endobj\n' }, 'revision'],
  'a comment behind its first object': [{ gap: '%\n' }, 'revision'],
  'a first object that is far away': [{ head: `%${' '.repeat(1024)}\n` }, 'revision'],
  'another root in its second trailer': [{ mainTrailer: '/Size 3 /Root 2 0 R' }, 'revision'],
  'no size in its second trailer': [{ mainTrailer: '' }, 'crossReference, key Size'],
  'a larger size in its second trailer': [{ mainTrailer: '/Size 6' }, 'crossReference, key Size'],
};
for (const [what, [change, refusal]] of Object.entries(spoilt))
  test(`a linearized file with ${what}: refused`, () => assert.is(judged(linearized(change)), refusal));

test('a file that says it is linearized, and has one section: refused', () => {
  const file = handmade([...smallest, `<< /Linearized 1 /L 9999 ${keys({ T: '0' })} >>`]);
  assert.is(judged(file), 'taken'); // not its first object: nobody looks
  const first = handmade(
    [`<< /Linearized 1 /L 9999 ${keys({ T: '0' })} >>`, ...smallest].map(object =>
      object.replace(/(\d) 0 R/g, (_, number: string) => `${Number(number) + 1} 0 R`),
    ),
  );
  assert.is(judged(changed(first, '/Root 1', '/Root 2')), 'revision');
});

test('the hints of a linearized file name the pages of its tree', () => {
  const hints = (min: number, width: number, more: number[]) => {
    const head = Buffer.alloc(36);
    head.writeUInt32BE(min, 0);
    head.writeUInt16BE(width, 8);
    return Buffer.concat([head, Buffer.from(more)]);
  };
  const file = { firstPage: 20, pages: 4, hints: undefined };
  assert.equal(hintedPages(file, hints(2, 0, [])), [20, 1, 3, 5]);
  assert.equal(hintedPages(file, hints(2, 4, [0x01, 0x30])), [20, 1, 4, 9]);
  for (const short of [Buffer.alloc(35), hints(2, 4, [0x01]), hints(2, 33, Array(99).fill(0))])
    assert.throws(() => hintedPages(file, short), 'revision');
});

test('a linearized file whose hints are elsewhere: refused', () => {
  const sample = readSample('qpdf-plain');
  assert.is(judged(sample), 'taken');
  assert.is(judged(changed(sample, '/H [ 1048 ', '/H [ 1049 ')), 'revision, key H');
});

/** Content in LZW codes of 9 bits, each literal. It is so short that EarlyChange makes no difference. */
function withLzw(parameters: string): Buffer {
  const codes = [256, ...Buffer.from(stamped(), 'latin1')];
  const bits = codes.flatMap((code, i) => (i > 0 && i % 100 === 0 ? [256, code] : [code])).concat(257);
  const text = bits.map(code => code.toString(2).padStart(9, '0')).join('');
  const bytes = text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g)!;
  const data = bytes.map(byte => String.fromCharCode(Number.parseInt(byte, 2))).join('');
  return handmade([
    ...[catalog(), tree(), page()],
    stream(data, `/Filter /LZWDecode /DecodeParms << ${parameters} >> `),
    '0',
  ]);
}

test('EarlyChange is 0, 1 or absent, and no reference: some readers follow none', () => {
  for (const parameters of ['', '/EarlyChange 0', '/EarlyChange 1'])
    assert.is(judged(withLzw(parameters)), 'taken');
  for (const value of ['2', '5 0 R', '1.0', 'true'])
    assert.is(judged(withLzw(`/EarlyChange ${value}`)), pageFilter);
});

test('a pixel of a predictor is of whole bytes: rounded up', () => {
  // 3 colours of 4 bits are 2 bytes for every reader that rounds up, 1 for those that round down
  const text = Buffer.from(stamped().padEnd(300), 'latin1');
  const row = text.map((byte, i) => byte - (i < 2 ? 0 : text[i - 2]!));
  const data = deflateSync(Buffer.concat([Buffer.from([1]), row])).toString('latin1');
  const parameters = '<< /Predictor 12 /Colors 3 /BitsPerComponent 4 /Columns 200 >>';
  const packed = stream(data, `/Filter /FlateDecode /DecodeParms ${parameters} `);
  assert.is(judged(handmade([catalog(), tree(), page(), packed])), 'taken');
});

test('what is encoded counts each time that it is decoded', () => {
  const blocks = Buffer.alloc(5 * 50_000, Buffer.from([0, 0, 0, 255, 255]));
  const [head, last] = [Buffer.from([0x78, 0x9c]), Buffer.from([1, 0, 0, 255, 255, 0, 0, 0, 1])];
  const empty = stream(Buffer.concat([head, blocks, last]).toString('latin1'), '/Filter /FlateDecode ');
  const often = (times: number) =>
    handmade([
      catalog(),
      tree(),
      page('', { contents: `[4 0 R ${'5 0 R '.repeat(times)}]` }),
      content,
      empty,
    ]);
  assert.is(judged(often(3)), 'taken');
  assert.is(judged(often(150)), 'limit, page 1, object 5');
});

test('a length that many streams share is read once', () => {
  const shared = `% ${'x'.repeat(1_000_000)}\n1`;
  const streams = Array.from({ length: 2000 }, () => stream('x').replace('Length 1', 'Length 5 0 R'));
  const from = process.cpuUsage();
  assert.is(judged(handmade([...smallest, shared, ...streams])), 'taken');
  assert.ok(process.cpuUsage(from).user < 3_000_000); // µs; read each time, it is 2 GB of comments
});

test.run();
