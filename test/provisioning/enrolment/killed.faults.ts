// timeout: 240 s
// An enrolment that ends at each of its steps on the disk, one after the other. Half a minute.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endsAndRunsAgain } from './ended-enrolment.ts';
import { clear, start } from './enrolment-rig.ts';

test.after(clear);
const world = await start();

for (const [how, what] of [
  ['dead', 'killed'],
  ['once', 'refused by the disk'],
] as const)
  test(`${what} at each step: run again, it gets the one enrolment, and leaves nothing beside the home`, async () => {
    let failing = 1;
    while ((await endsAndRunsAgain(world, failing, how)) === undefined) failing++;
    assert.ok(failing > 40, `${failing} steps`);
    console.log(`${failing - 1} steps`);
  });

test.run();
