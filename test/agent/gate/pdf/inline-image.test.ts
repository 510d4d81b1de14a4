// An inline image ends where every reader ends it; otherwise one of them draws what another takes for samples.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPdfPages } from '../../../../agent/gate/pdf/pages.ts';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { catalog, drawing, handmade, judged, mine, page, stamped, stream, theirs, tree } from './handmade.ts';

const gray = '/W 1 /H 1 /CS /G /BPC 8';
const hidden = ' EI Q /F Do ';
const form = stream(stamped('', theirs), '/Subtype /Form /BBox [0 0 9 9] ');
const file = (image: string, spaces = '') =>
  handmade(drawing(`q BI ${image}`, `/XObject << /F 5 0 R >> ${spaces}`, form));
const deflated = (text: string) => deflateSync(Buffer.from(text, 'latin1')).toString('latin1');
const own = (names: string) => `/ColorSpace << ${names} [/CalGray << /WhitePoint [1 1 1] >>] >>`;

const refused: Record<string, [file: Buffer, rule?: string]> = {
  'an end glued to the mark of hexadecimal data': [file(`${gray} /F /AHx ID 00>EI/F Do\nEI Q`)],
  'an end glued to deflated data': [file(`${gray} /F /Fl ID ${deflated('x')}EI Q/F Do\nEI`)],
  'more than deflated data': [file(`${gray} /F /Fl ID ${deflated('x')}x\nEI Q`)],
  'deflated data that are cut off': [file(`${gray} /F /Fl ID ${deflated('x').slice(0, -5)}\nEI Q`)],
  'an end inside a run': [file(`/W 60 /H 1 /CS /G /BPC 8 /F /RL ID \x7f EI ${' '.repeat(124)}\x80 EI Q`)],
  'hexadecimal data without their mark': [file(`${gray} /F /AHx ID 00 EI Q`)],
  'half a mark of ASCII85 data': [file(`${gray} /F /A85 ID !!~ > EI Q`)],
  'a filter whose data say no end': [file(`${gray} /F /CCF ID xx EI Q`)],
  'no filter, and an end glued to the samples': [file(`${gray} /F [] ID xEI Q/F Do EI`)],
  'a filter of null': [file(`${gray} /F null ID x EI Q`)],
  'both spellings of a key': [
    file(`${gray} /Width ${hidden.length} ID x${hidden}EI Q`),
    'keyTwice, key Width',
  ],
  'both spellings of a key of a filter': [
    file(`${gray} /F /AHx /Filter [] ID 00> EI Q`),
    'keyTwice, key Filter',
  ],
  'an unknown key': [file(`${gray} /L 1 ID x EI Q`)],
  'a colour space that is a resource': [file('/W 1 /H 1 /CS /Z /BPC 8 ID x EI Q', own('/Z'))],
  'a short name that is a resource': [file('/W 1 /H 1 /CS /CMYK /BPC 8 ID xxxx EI Q', own('/CMYK'))],
  'a long name that is a resource': [file(`${gray} ID x EI Q`, own('/DeviceGray'))],
  'a default colour space': [file(`${gray} ID x EI Q`, own('/DefaultGray'))],
  'an array that is no indexed colour space': [
    file(`/W 200 /H 1 /CS [/DeviceRGB] /BPC 8 ID ${`x${hidden}`.padEnd(200)} EI Q`),
  ],
  'an indexed colour space with an EI among its samples': [
    file(`/W 13 /H 1 /CS [/I /RGB 0 <00>] /BPC 8 ID x${hidden} EI Q`),
  ],
  'an indexed colour space of another': [file('/W 1 /H 1 /CS [/I [/I /G 0 (a)] 0 (a)] /BPC 8 ID x EI Q')],
  'a decode array of another length with an EI among its samples': [
    file(`/W 13 /H 1 /CS /G /BPC 8 /D [0] ID x${hidden} EI Q`),
  ],
  // as Poppler reads where the colour leaves no marks, or the image is infinitely large
  'an EI among the samples of a mask': [file(`/W 104 /H 1 /IM true ID x${hidden} EI Q`)],
  'an EI among the samples': [file(`/W 13 /H 1 /CS /G /BPC 8 ID x${hidden} EI Q`)],
  'no colour space': [file('/W 1 /H 1 /BPC 8 ID x EI Q')],
  'three bits': [file(`/W 40 /H 1 /CS /G /BPC 3 ID ${`x${hidden}`.padEnd(15)} EI Q`)],
  'no bits': [file('/W 1 /H 1 /CS /G /BPC 0 ID x EI Q')],
  'bits with a point': [file(`/W 13 /H 1 /CS /G /BPC 8. ID x${hidden} EI Q`), 'syntax'],
  'a mask of eight bits': [file(`/W 104 /H 1 /IM true /BPC 8 ID x${hidden} EI Q`)],
  'a mask with a colour space': [file('/W 8 /H 1 /IM true /CS /G ID x EI Q')],
  'a mask of a number': [file(`${gray} /IM 1 ID x EI Q`)],
  'no width': [file('/W 0 /H 1 /CS /G /BPC 8 ID  EI Q')],
  'a negative height': [file('/W 1 /H -1 /CS /G /BPC 8 ID x EI Q'), 'syntax'],
  'a size beyond 32 bits': [file('/W 536870913 /H 1 /CS /G /BPC 8 ID x EI Q')],
  'a size that is negative in 32 bits': [file('/W 268435455 /H 4000 /CS /G /BPC 8 ID x EI Q')],
  'a comment before the end': [file(`${gray} ID x%EI Q /F Do \nEI Q`)],
  'two characters of line end behind ID': [file(`${gray} ID\r\nx EI Q`)],
  'something behind the end': [file(`${gray} ID x EI/F Do`)],
};
for (const [what, [image, rule = 'inlineImage']] of Object.entries(refused))
  test(`${what}: refused`, () => {
    const inOrder = (text: string) => text.split(', ').sort().join(', ');
    assert.is(inOrder(judged(image)), inOrder(`${rule}, page 1, object 4, operator BI`));
  });

test('a stamp among samples that a reader may measure in another way is refused, not taken', () => {
  const samples = `x EI Q ${writePageStamp(mine)} `.padEnd(300);
  const content = `BI /W 300 /H 1 /CS [/DeviceRGB] /BPC 8 ID ${samples} EI Q`;
  assert.match(judged(handmade([catalog(), tree(), page(), stream(content)])), /^inlineImage, /);
});

test('a colour space that only the page names is refused for an image of its form, and a page later too', () => {
  const image = stream(`BI ${gray} ID x EI`, '/Subtype /Form /BBox [0 0 9 9] ');
  const inForm = (spaces: string) => handmade(drawing('/F Do', `/XObject << /F 5 0 R >> ${spaces}`, image));
  assert.is(judged(inForm('')), 'taken');
  assert.match(judged(inForm(own('/G'))), /^inlineImage, /);
  const named = page('', { resources: `/Resources << ${own('/G')} >> ` });
  const later = [catalog(), tree('3 0 R 5 0 R', 2), page(), stream(stamped(`BI ${gray} ID x EI`)), named];
  assert.match(judged(handmade(later)), /^inlineImage, .*page 2/);
});

const taken: Record<string, Buffer> = {
  'deflated data': file(`${gray} /F /Fl ID ${deflated('x')}\nEI Q`),
  'a chain of filters': file(`${gray} /F [/A85 /Fl] ID GhQ~>\nEI Q`),
  runs: file(`/W 3 /H 1 /CS /G /BPC 8 /F /RL ID \xfex\x80\nEI Q`),
  'hexadecimal data with white space': file(`${gray} /Filter [/ASCIIHexDecode] ID 0 0 >\nEI Q`),
  'an indexed colour space': file('/W 9 /H 1 /CS [/Indexed /DeviceRGB 1 <000000ffffff>] /BPC 1 ID xx\nEI Q'),
  'a mask, by long names': file(
    '/Width 9 /Height 2 /ImageMask true /Decode [1 0] /Interpolate true ID xxxx\nEI Q',
  ),
  'any other samples': file('/W 2 /H 1 /CS /CMYK /BPC 8 ID % (]E I> EI Q'),
};
for (const [what, image] of Object.entries(taken))
  test(`${what}: taken`, () => {
    assert.is(judged(image), 'taken');
    assert.equal(readPdfPages(image)[0]!.stamps, [mine]);
  });

test('inline images that unpack to much are refused without being unpacked all', () => {
  const image = `BI ${gray} /F /Fl ID ${deflated('x'.repeat(1_000_000))}\nEI `;
  assert.match(judged(handmade(drawing(image.repeat(200), ''))), /^limit, /);
});

test.run();
