// Files that one reader draws in one way and another in another, be it after a repair: each is refused.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drawing, handmade, handmadeInStreams, judged, smallest, stream } from './handmade.ts';

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
};

for (const [what, [file, refusal]] of Object.entries(refused))
  test(`${what}: refused`, () => {
    const inOrder = (text: string) => text.split(', ').sort().join(', ');
    assert.is(inOrder(judged(file)), inOrder(refusal));
  });

test.run();
