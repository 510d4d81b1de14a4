// timeout: 120 s
// A small one of what `npm run test:memory` does with a million: 300 bytes kept of each record would be 11 MiB here.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pileUp } from './pile-up.ts';

const maxMiB = 6;

test('40,000 records that pile up and drain leave nothing in memory', async () => {
  const { pilingUp, draining } = await pileUp({
    records: 40_000,
    warmUp: 20_000,
    looks: 2,
    say: console.log,
  });
  assert.ok(pilingUp.alive < maxMiB, `${pilingUp.alive} MiB more while they pile up`);
  assert.ok(draining.alive < maxMiB, `${draining.alive} MiB more while they drain`);
});

test.run();
