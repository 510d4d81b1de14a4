// What every producer of Debian 12 writes is taken once it is stamped, and mix-ups of two residents' files are seen or listed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PageStamp } from '../../../../agent/protocol/page-stamp.ts';
import { stampPdf } from '../../../../conformance/stamp/stamp-pdf.ts';
import { seededRandom } from '../../../../simulator/customer/seeded-random.ts';
import { judged as ruleOf } from '../pdf/handmade.ts';
import { difference } from './draw.ts';
import { judged, type Mutation, mutations, stampsOf, subjects } from './mutations.ts';
import { producers } from './producers.ts';
import { pairsOf, readSample } from './samples.ts';
import { faultsIn, tallyOf } from './tally.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const pairs = pairsOf();

for (const { name } of producers)
  test(`${name}'s certificate is within the profile as it is written, and lacks stamps only`, () => {
    assert.is(ruleOf(readSample(name)), 'taken');
    assert.is(judged(readSample(name)), 'gate/stampMissing');
  });

test('stamped by the kit or by the renderer each is taken, and another resident’s is not', () => {
  for (const pair of pairs) {
    const { producer, files } = pair();
    assert.equal(files.map(judged), ['taken', 'gate/stampSubject'], producer);
  }
});

test(`mix-ups before and after the signature are refused, or of a listed class (SEED=${seed})`, () => {
  assert.equal(faultsIn(tallyOf(mutations(pairs, 40, seededRandom(seed)))), []);
});

const right = stampsOf(subjects[0]);
const wrong: Record<string, PageStamp[]> = {
  'gate/stampTransaction': right.map(stamp => ({ ...stamp, transaction: Buffer.alloc(16) })),
  'gate/stampSubject': right.map((stamp, i) => ({ ...stamp, subject: subjects[i]! })),
  'gate/stampOrder': right.toReversed(),
};
for (const [code, stamps] of Object.entries(wrong))
  test(`${code} is refused in every producer's certificate`, () => {
    for (const { name } of producers) assert.is(judged(stampPdf(readSample(name), stamps)), code, name);
  });

test('planted: what one of two readers does not draw is seen by the judge of drawings', () => {
  const page = (ink: number) => ({
    width: 40,
    height: 40,
    levels: Buffer.alloc(1600, 255).fill(ink, 400, 480),
  });
  const [bar, empty] = [page(0), page(255)];
  assert.is(difference({ poppler: [bar], ghostscript: [bar] }), 0);
  assert.is(difference({ poppler: [bar], ghostscript: [empty] }), 1);
  assert.is(difference({ poppler: [empty], ghostscript: [bar] }), 1);
  assert.is(difference({ poppler: [bar], ghostscript: [] }), 1);
});

test('planted: a gate that took a page of another resident would be reported', () => {
  const taken: Mutation = {
    producer: '',
    kind: 'page',
    mine: Buffer.alloc(0),
    mutated: Buffer.alloc(0),
    after: 'taken',
    before: 'taken',
  };
  assert.is(faultsIn(tallyOf([taken])).length, 2);
  assert.equal(faultsIn(tallyOf([{ ...taken, kind: 'image', after: 'gate/pdfDigest' }])), []);
});

test.run();
