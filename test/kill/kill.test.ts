// timeout: 300 s
// waits
// kill -9 again and again, a little: `npm run test:kill` does it some thousand times.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { campaign } from './campaign.ts';

test('twenty kills by a fixed plan: each hits its moment, nothing is lost or doubled, and all books agree', async () => {
  const out = join(tmpdir(), 'madoguchi-kill-test');
  const { kills, complaints, tally } = await campaign({
    kills: 20,
    shops: 1,
    seed: 1,
    out,
    say: console.log,
  });
  assert.equal(complaints, []);
  assert.ok(kills >= 20);
  assert.ok(tally.hits > 0);
});

test.run();
