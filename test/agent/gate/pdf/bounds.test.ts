// Whatever a file is made of, it is read in bounded time and memory, and ends as pages or as a refusal.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isGateRefusal } from '../../../../agent/gate/gate-refusal.ts';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import {
  catalog,
  content,
  drawing,
  handmade,
  handmadeInStreams,
  judged,
  mine,
  page,
  smallest,
  stream,
  tree,
} from './handmade.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const packed = (data: Buffer | string, also = '') =>
  stream(deflateSync(data).toString('latin1'), `/Filter /FlateDecode ${also}`);

test('content that unpacks beyond its limit is refused without being unpacked', () => {
  const bomb = packed(Buffer.alloc(16 << 20, ' '));
  assert.is(judged(handmade([catalog(), tree(), page(), bomb])), 'limit, page 1, object 4');
  const twice = stream(
    deflateSync(deflateSync(Buffer.alloc(16 << 20))).toString('latin1'),
    '/Filter [/FlateDecode /FlateDecode] ',
  );
  assert.is(judged(handmade([catalog(), tree(), page(), twice])), 'limit, page 1, object 4');
});

test('99 pages of repeated stamps are refused in less than 100 MB', () => {
  const repeated = packed(`${writePageStamp(mine)} `.repeat(3_000));
  const numbers = Array.from({ length: 99 }, (_, i) => i + 4);
  const pages = numbers.map(() => page('', { contents: '3 0 R' }));
  const file = handmade([catalog(), tree(numbers.map(n => `${n} 0 R`).join(' '), 99), repeated, ...pages]);
  const before = process.memoryUsage();
  assert.match(judged(file), /^limit, /);
  const after = process.memoryUsage();
  assert.ok(after.heapUsed - before.heapUsed < 100 << 20);
  assert.ok(after.arrayBuffers - before.arrayBuffers < 100 << 20);
});

test('forms that draw forms, each twice, are read once each', () => {
  const forms = Array.from({ length: 14 }, (_, i) =>
    stream('/F Do /F Do', `/Subtype /Form /Resources << /XObject << /F ${i + 6} 0 R >> >> `),
  );
  const objects = drawing('/F Do', '/XObject << /F 5 0 R >>', ...forms, stream('', '/Subtype /Form '));
  assert.is(judged(handmade(objects)), 'taken');
});

test('a font in the resources that its glyphs use draws itself, though it is no object of its own', () => {
  const font = '<< /Subtype /Type3 /CharProcs << /a 6 0 R >> /Resources 5 0 R >>';
  const objects = [catalog(), tree(), page('', { resources: '/Resources 5 0 R ' }), stream('/T 9 Tf')];
  const file = handmade([...objects, `<< /Font << /T ${font} >> >>`, stream('/T 9 Tf')]);
  assert.match(judged(file), /^cycle, /);
});

/** Fonts in place that share their glyphs, each the same empty stream. */
const fonts = (count: number, glyphs: number, drawn: string) =>
  handmade(
    drawing(
      drawn,
      `/Font << ${Array.from({ length: count }, (_, i) => `/T${i} << /Subtype /Type3 /CharProcs 6 0 R >>`).join(' ')} >>`,
      stream(''),
      `<< ${Array.from({ length: glyphs }, (_, i) => `/${i} 5 0 R`).join(' ')} >>`,
    ),
  );

test('a font in place is read once, however often a page uses it', () => {
  assert.is(judged(fonts(1, 1_000, '/T0 9 Tf '.repeat(400))), 'taken');
});

test('glyphs count as values, also empty ones', () => {
  const file = fonts(20, 16_000, Array.from({ length: 20 }, (_, i) => `/T${i} 9 Tf `).join(''));
  assert.match(judged(file), /^limit, /);
});

const beyond: Record<string, Buffer> = {
  'a hundred pages': handmade([
    catalog(),
    tree(Array.from({ length: 100 }, (_, i) => `${i + 4} 0 R`).join(' '), 100),
    content,
    ...Array.from({ length: 100 }, () => page('', { contents: '3 0 R' })),
  ]),
  'a page tree without end': handmade([
    catalog(),
    tree('5 0 R'),
    page(),
    content,
    ...Array.from(
      { length: 20 },
      (_, i) =>
        `<< /Type /Pages /Parent ${i === 0 ? 2 : i + 4} 0 R /Count 1 /Kids [${i < 19 ? i + 6 : 3} 0 R] >>`,
    ),
  ]),
  'forms without end': handmade(
    drawing(
      '/F Do',
      '/XObject << /F 5 0 R >>',
      ...Array.from({ length: 30 }, (_, i) =>
        stream('/F Do', `/Subtype /Form /Resources << /XObject << /F ${Math.min(i + 6, 34)} 0 R >> >> `),
      ),
    ),
  ),
  'too many values': handmade([...smallest, `[${'0 '.repeat(300_001)}]`]),
  'too many values in an object stream': handmadeInStreams([...smallest, `[${'0 '.repeat(300_001)}]`]),
  'too many property lists': handmade(drawing('/M <<>> DP '.repeat(150_001), '')),
  'a cross-reference of a million numbers': Buffer.from(
    handmade(smallest).toString('latin1').replace('xref\n0 5', 'xref\n0 1000000'),
    'latin1',
  ),
};
for (const [what, file] of Object.entries(beyond))
  test(`${what}: refused`, () => {
    assert.match(judged(file), /^(limit|pageTree|cycle), |^limit$|^crossReference/);
  });

test(`whatever is done to a file, pages or a refusal with rule come out (SEED=${seed})`, () => {
  const files = [
    handmade(smallest),
    handmadeInStreams(smallest),
    handmade(drawing('/F Do', '/XObject << /F 5 0 R >>', stream('BT (x) Tj ET', '/Subtype /Form '))),
  ];
  const edits = fc.array(fc.tuple(fc.nat(1200), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...files), edits, fc.option(fc.nat(1200)), (file, changes, cut) => {
      const copy = Buffer.from(file.subarray(0, cut ?? file.length));
      for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
      try {
        readPdfPages(copy);
      } catch (error) {
        if (!isGateRefusal(error) || error.detail.rule === undefined) throw error;
      }
    }),
    { seed, numRuns: 600 },
  );
});

test.run();
