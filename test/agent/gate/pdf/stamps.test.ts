// The stamps of whatever a page draws are found, and only of what it draws.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { codeOf } from '../../../refusal.ts';
import { catalog, drawing, handmade, judged, mine, page, stamped, stream, theirs, tree } from './handmade.ts';

const other = stamped('0 0 9 9 re f', theirs);
const otherForm = stream(other, '/Subtype /Form /BBox [0 0 9 9] ');
const plainForm = (resources: string, drawn: string) =>
  stream(drawn, `/Subtype /Form /BBox [0 0 9 9] /Resources << ${resources} >> `);
const gray = '/Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 ';

/** How a page can draw what has another resident's stamp. */
const ways: Record<string, string[]> = {
  'a form': drawing('/F Do', '/XObject << /F 5 0 R >>', otherForm),
  'a form in a form': drawing(
    '/G Do',
    '/XObject << /G 6 0 R >>',
    otherForm,
    plainForm('/XObject << /F 5 0 R >>', '/F Do'),
  ),
  'a soft mask': drawing(
    '/S gs',
    '/ExtGState << /S 6 0 R >>',
    otherForm,
    '<< /SMask << /S /Alpha /G 5 0 R >> >>',
  ),
  'a font of a graphics state': drawing(
    '/S gs',
    '/ExtGState << /S << /Font [6 0 R 9] >> >>',
    stream(other),
    '<< /Subtype /Type3 /CharProcs << /a 5 0 R >> >>',
  ),
  'a glyph procedure': drawing(
    '/F 9 Tf',
    '/Font << /F 6 0 R >>',
    stream(other),
    '<< /Subtype /Type3 /CharProcs << /a 5 0 R >> >>',
  ),
  'a form that a glyph procedure draws': drawing(
    '/F 9 Tf',
    '/Font << /F 6 0 R >>',
    otherForm,
    '<< /Subtype /Type3 /CharProcs << /a 7 0 R >> /Resources << /XObject << /F 5 0 R >> >> >>',
    stream('/F Do'),
  ),
  'a tiling pattern': drawing('/P scn', '/Pattern << /P 5 0 R >>', stream(other, '/PatternType 1 ')),
  'a form in a tiling pattern, for strokes': drawing(
    '/P SCN',
    '/Pattern << /P 6 0 R >>',
    otherForm,
    stream('/F Do', '/PatternType 1 /Resources << /XObject << /F 5 0 R >> >> '),
  ),
  'a soft mask of a shading pattern': drawing(
    '/P scn',
    '/Pattern << /P << /PatternType 2 /Shading << /ShadingType 2 >> /ExtGState << /SMask << /G 5 0 R >> >> >> >>',
    otherForm,
  ),
  'its second stream': [
    catalog(),
    tree(),
    page('', { contents: '[4 0 R 5 0 R]' }),
    stream(stamped()),
    stream(other),
  ],
  'a stamp across two streams': [
    catalog(),
    tree(),
    page('', { contents: '[4 0 R 5 0 R 6 0 R]' }),
    stream(stamped()),
    stream(writePageStamp(theirs).replace(' BDC EMC', '')),
    stream('BDC EMC'),
  ],
};

for (const [way, objects] of Object.entries(ways))
  test(`another resident's stamp is found in ${way}`, () => {
    const [found] = readPdfPages(handmade(objects));
    assert.equal(
      found!.stamps.map(({ subject }) => subject[0]).sort(),
      [mine, theirs].map(({ subject }) => subject[0]),
    );
    assert.is(found!.own.length, way.includes('stream') ? 2 : 1);
  });

test('what is among a page’s resources and not drawn does not count: many producers share one dictionary', () => {
  const objects = drawing('0 0 9 9 re f', '/XObject << /F 5 0 R >>', otherForm);
  assert.equal(readPdfPages(handmade(objects))[0]!.stamps, [mine]);
});

test('a stamp in a text or a comment is none', () => {
  const text = `(${writePageStamp(theirs)}) Tj % ${writePageStamp(theirs)}\n/M BMC`;
  assert.equal(readPdfPages(handmade(drawing(text, '')))[0]!.stamps, [mine]);
});

test('a stamp may have any white space', () => {
  const spaced = writePageStamp(theirs).replace(' <<', '<<\n').replace('>> BDC EMC', '\t>>\rBDC\0EMC');
  assert.is(readPdfPages(handmade(drawing(spaced, '')))[0]!.stamps.length, 2);
});

test('a page that has a form with the right stamp, and none itself, has no stamp of its own', () => {
  const form = stream(stamped(), '/Subtype /Form ');
  const objects = drawing('/F Do', '/XObject << /F 5 0 R >>', form).with(3, stream('/F Do'));
  assert.equal(readPdfPages(handmade(objects)), [{ own: [], stamps: [mine] }]);
});

test('the same form on two pages is drawn on both', () => {
  const resources = { resources: '/Resources << /XObject << /F 6 0 R >> >> ' };
  const second = page('', { contents: '5 0 R', ...resources });
  const objects = [
    catalog(),
    tree('3 0 R 7 0 R', 2),
    page('', resources),
    stream(stamped('/F Do')),
    stream('/F Do'),
    otherForm,
    second,
  ];
  const [first, next] = readPdfPages(handmade(objects));
  assert.equal(first!.stamps.length, 2);
  assert.equal(next, { own: [], stamps: [theirs] });
});

test('an image and a mesh may hold anything: they have no operators', () => {
  const image = stream(writePageStamp(theirs), `/Subtype /Image ${gray}`);
  const mesh = stream(writePageStamp(theirs), '/ShadingType 4 /ColorSpace /DeviceGray ');
  const objects = drawing('/I Do /S sh', '/XObject << /I 5 0 R >> /Shading << /S 6 0 R >>', image, mesh);
  assert.equal(readPdfPages(handmade(objects))[0]!.stamps, [mine]);
});

const notStamps: Record<string, string> = {
  'another key': writePageStamp(mine).replace('/Stamp', '/Stamps'),
  'a key more': writePageStamp(mine).replace('/Stamp', '/Page 1 /Stamp'),
  'upper case': writePageStamp(mine)
    .toUpperCase()
    .replace('MADOGUCHI', 'Madoguchi')
    .replace('STAMP', 'Stamp'),
  'no CBOR': '/Madoguchi <</Stamp <a0>>> BDC EMC',
  'half a byte': '/Madoguchi <</Stamp <a>>> BDC EMC',
  'a text': '/Madoguchi <</Stamp (a0)>> BDC EMC',
  'a property list by name': '/Madoguchi /M BDC EMC',
  'a point': writePageStamp(mine).replace('BDC EMC', 'DP'),
};
for (const [what, text] of Object.entries(notStamps))
  test(`what begins as a stamp and is none is refused: ${what}`, async () => {
    const file = handmade(drawing(text, '/Properties << /M << >> >>'));
    assert.match(judged(file), /^stamp, /);
    assert.is(await codeOf((async () => readPdfPages(file))()), 'gate/stampMissing');
  });

test.run();
