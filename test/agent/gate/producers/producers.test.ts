// What every producer of Debian 12 writes is taken once it is stamped, and mix-ups of two residents' files are seen or listed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../../../simulator/customer/seeded-random.ts';
import { judged as ruleOf } from '../pdf/handmade.ts';
import { judged, type Mutation, mutations } from './mutations.ts';
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
