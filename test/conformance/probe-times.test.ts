// How the kit judges a terminal's times: the waits between copies of a question, and those between probes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grows, isRandom } from '../../conformance/terminal/questions.ts';
import { seededRandom } from '../../simulator/customer/seeded-random.ts';

test('waits that grow are told from constant and from falling ones', () => {
  assert.ok(grows([10_000, 8_000, 4_000]));
  assert.ok(grows([10_000, 8_000, 5_600]));
  assert.not(grows([10_000, 8_000, 6_000]));
  assert.not(grows([10_000, 8_000, 5_900]));
  assert.not(grows([10_000, 6_000, 4_000]));
});

test('times at random are told from constant ones that a busy machine makes uneven', () => {
  const random = seededRandom(1);
  const drawn = (least: number, most: number) =>
    Array.from({ length: 3 }, () => least + random() * (most - least));
  for (const constant of [20_000, 30_000, 40_000])
    for (let time = 0; time < 1000; time++) assert.not(isRandom(drawn(constant, constant + 250)));
  const refused = Array.from({ length: 20_000 }, () => isRandom(drawn(20_000, 40_000))).filter(is => !is);
  assert.ok(refused.length < 30, `${refused.length} of 20,000 right terminals were refused`);
});

test.run();
