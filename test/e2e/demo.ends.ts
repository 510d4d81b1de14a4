// timeout: 180 s
// How the demo ends when its reader, its out folder or itself goes away. `npm run test:signals` plays these.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { nothingLeft, start } from './demo-process.ts';

const test = suite<{ dir: string }>('ends of the demo');

test.before.each(async context => {
  context.dir = temporaryFolder('dt', 25);
});
test.after.each(({ dir }) => rm(dir, { recursive: true, force: true }));

test('a demo whose output nobody reads any more ends in order', async ({ dir }) => {
  const demo = start(dir);
  await demo.untilSaid('type the PIN');
  demo.child.stdout?.destroy();
  demo.child.stderr?.destroy();
  assert.is(await demo.code, 1);
  await nothingLeft(dir);
  assert.equal(await readdir(dir), ['out']);
});

test('a demo that is killed leaves no process behind', async ({ dir }) => {
  const demo = start(dir);
  await demo.untilSaid('type the PIN');
  demo.child.kill('SIGKILL');
  await demo.code;
  await nothingLeft(dir);
});

for (const during of ['hub and broker', 'enrolment', 'type the PIN'])
  test(`Ctrl-C at "${during}" reads as an interruption, not as a failure`, async ({ dir }) => {
    const demo = start(dir);
    await demo.untilSaid(during);
    demo.child.kill('SIGINT');
    assert.is(await demo.code, 1);
    assert.match(demo.said(), /Interrupted by SIGINT\.\n$/);
    assert.not.match(demo.said(), /FAILED|What to do|ECONNREFUSED|^ {4}at /m);
    await nothingLeft(dir);
  });

test('an out folder that vanishes ends everything, with one line and what to do', async ({ dir }) => {
  const demo = start(dir);
  await demo.untilSaid('type the PIN');
  await rm(join(dir, 'out'), { recursive: true });
  assert.is(await demo.code, 1, demo.said());
  assert.match(demo.said(), /^FAILED at "out": ENOENT.*\nWhat to do: Was the out folder removed/m);
  assert.not.match(demo.said(), /ECONNREFUSED| {4}at /);
  await nothingLeft(dir);
});

test.run();
