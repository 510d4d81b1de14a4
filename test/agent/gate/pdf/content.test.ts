// Content that two readers could read in two ways: each operator has exactly its operands, and each stream ends where it seems to.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writePageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { catalog, drawing, handmade, judged, mine, page, stamped, stream, tree } from './handmade.ts';

const form = stream('0 0 9 9 re f', '/Subtype /Form /BBox [0 0 9 9] ');
const pattern = stream('0 0 9 9 re f', '/PatternType 1 ');
const type3 = '<< /Subtype /Type3 /CharProcs << /a 5 0 R >> >>';
const withForm = (drawn: string) => handmade(drawing(drawn, '/XObject << /F 5 0 R >>', form));
const withPattern = (drawn: string) => handmade(drawing(drawn, '/Pattern << /P 5 0 R >>', pattern));
const withFont = (drawn: string) => handmade(drawing(drawn, '/Font << /T 6 0 R >>', stream('9 0 d0'), type3));
const plain = (drawn: string) => handmade(drawing(drawn, ''));
const streams = (...contents: string[]) =>
  handmade([
    catalog(),
    tree(),
    page('', { contents: `[${contents.map((_, i) => `${i + 4} 0 R`).join(' ')}]` }),
    ...contents.map(text => stream(text)),
  ]);

const operator = (name: string) => `operator, page 1, object 4, operator ${name}`;
const between = 'operator, page 1, object 4';
const refused: Record<string, [file: Buffer, refusal: string]> = {
  'a number that goes on as an operator': [withFont('/T 99Tf'), between],
  'a number with its point that does': [withFont('/T 99.Tf'), between],
  'a number with a sign inside': [withFont('/T 9-9Tf'), between],
  'a number in front of Do': [withForm('/F 0Do'), between],
  'a point alone': [plain('. w'), between],
  'two signs': [plain('--1 w'), between],
  'a number of 40 digits': [plain(`${'1'.repeat(40)} w`), between],
  'a number more for Do': [withForm('/F 1 Do'), operator('Do')],
  'a name and a number across two streams': [
    streams(stamped('/F'), '1 Do'),
    'operator, page 1, object 5, operator Do',
  ],
  'a name that is left over by m': [withPattern('/P 0 0 m scn'), operator('m')],
  'a name that is left over by n': [withPattern('/P n scn'), operator('n')],
  'a name that is left over by q': [withPattern('/P q scn Q'), operator('q')],
  'a name that is left over by ri': [withPattern('/P /Perceptual ri scn'), operator('ri')],
  'a name that is left over by true': [withPattern('/P true scn'), operator('true')],
  'a name and null': [withPattern('/P null scn'), operator('null')],
  'a pattern for sc': [withPattern('/P sc'), operator('sc')],
  'a pattern before its colour': [withPattern('/P 1 scn'), operator('scn')],
  'a colour without components': [plain('scn'), operator('scn')],
  'a colour of a string': [plain('(x) SCN'), operator('SCN')],
  'a number too few': [plain('0 0 9 re'), operator('re')],
  'a number too many': [plain('0 0 0 m'), operator('m')],
  'a property list that no operator takes': [plain('<<>> /M BMC'), operator('BMC')],
  'operands and no operator': [plain('/F'), 'operator, page 1, object 3'],
  'an array with a name': [withFont('[/T 9] Tf'), between],
  'an array with an operator': [plain('[ q ] 0 d'), between],
  'an array in an array': [plain('[[]] TJ'), between],
  'an array that does not end': [plain('[ 1'), 'operator, page 1, object 3'],
  'an array that does not begin': [plain('1 ] 0 d'), between],
  'a stamp in an array': [plain(`[ ${writePageStamp(mine)} ] 0 d`), between],
  'a comment that goes on in the next stream': [
    streams(`${stamped()} %`, 'q\nQ'),
    'syntax, page 1, object 4',
  ],
};
for (const [what, [file, refusal]] of Object.entries(refused))
  test(`${what}: refused`, () => {
    const inOrder = (text: string) => text.split(', ').sort().join(', ');
    assert.is(inOrder(judged(file)), inOrder(refusal));
  });

const taken: Record<string, Buffer> = {
  'every form of number': plain('-.5 +1. m 1.5 -2 l 007 0.25 0 .5 re'),
  'a colour, and an uncoloured pattern': withPattern('0.5 1 0 scn 1 0 0 /P scn 1 2 3 4 SC'),
  'an array across two streams': streams(stamped('[1'), '2] 0 d'),
  'a comment with its end of line at the end': streams(`${stamped()} %x\r`, 'q Q'),
  'a text, a dash, marks': plain(
    '[(a) -3 <62>] TJ (a) Tj (a) \' 1 2 (a) " [] 0 d /M BMC EMC /M MP /Perceptual ri',
  ),
};
for (const [what, file] of Object.entries(taken))
  test(`${what}: taken`, () => {
    assert.is(judged(file), 'taken');
  });

test('names with escapes count as values', () => {
  assert.is(judged(plain('/#41 MP '.repeat(300_001))), 'limit, page 1, object 4');
});

test.run();
