// timeout: 240 s
// An enrolment that ends at each of its steps on the disk, one after the other. Half a minute.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refusalOf } from '../../refusal.ts';
import { beside, endsAndRunsAgain } from './ended-enrolment.ts';
import { clear, place, sheet, start, terminal } from './enrolment-rig.ts';

test.after(clear);
let atGrant: () => unknown = () => undefined;
const world = await start({
  change: async grant => {
    await atGrant();
    return grant;
  },
});

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

test('the process is killed once its code is spent: the next one has its lock and its keys, with --former too', async () => {
  const former = (await world.run(world.codes.create(terminal, 10_000))).home;
  const [home, code] = [place(), world.codes.create(terminal, 10_000)];
  const child = spawn(
    process.execPath,
    [
      ...[
        'provisioning/madoguchi.ts',
        'enrol',
        '--hub',
        world.url,
        '--code',
        code,
        '--root',
        sheet.toString('hex'),
      ],
      ...['--home', home, '--former', former],
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  atGrant = async () => {
    assert.is(
      (await refusalOf(world.run(world.codes.create(terminal, 10_000), home))).code,
      'provisioning/homeInUse',
    );
    child.kill('SIGKILL');
    await ended;
  };
  assert.equal(await ended, [null, 'SIGKILL']);
  atGrant = () => undefined;
  assert.is((await world.run(code, home, sheet, former)).epoch, world.terminals.find(terminal)!.epoch);
  assert.equal(readdirSync(home).sort(), ['agent', 'gate']);
  assert.equal(beside(home), []);
});

test.run();
