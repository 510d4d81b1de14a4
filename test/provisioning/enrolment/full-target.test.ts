// timeout: 60 s
// Enrolment into a file system that takes nothing: before the one-time code is spent, and after it.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { deviceTest } from '../../crash/device-test.ts';
import { refusalOf } from '../../refusal.ts';
import { withTmpfs } from '../../tmpfs.ts';
import { clear, start, terminal } from './enrolment-rig.ts';

const at = temporaryFolder('full-target');
test.after(() => rmSync(at, { recursive: true }));
test.after(clear);

const onTmpfs = (options: string, run: (folder: string) => Promise<void>): Promise<void> =>
  withTmpfs(at, options, () => run(at));

/** Each write of this process beyond so many bytes of a file fails (setrlimit(2), RLIMIT_FSIZE). */
const letWrite = (bytes: string) =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);

async function refusedForTheDisk(work: Promise<unknown>, system: string): Promise<void> {
  const error = await refusalOf(work);
  assert.equal([error.code, error.message], ['provisioning/disk', `Writing failed (${system}).`]);
  assert.match(error.hint, /room.*run it again/);
}

let atGrant: () => void = () => undefined;
const world = await start({
  change: grant => {
    atGrant();
    return grant;
  },
});

for (const [what, system, options] of [
  ['no room for a folder', 'ENOSPC', 'nr_inodes=1'],
  ['room for the keys and not for the grant', 'ENOSPC', 'size=256k'],
  ['inodes for the keys and not for the grant', 'ENOSPC', 'nr_inodes=22'],
  ['a file system that is read-only', 'EROFS', 'ro'],
] as const)
  deviceTest(`${what}: said before the code is sent, and the code is still good`, async () => {
    const code = world.codes.create(terminal, 10_000);
    const before = world.claims();
    await onTmpfs(options, async folder => {
      await refusedForTheDisk(world.run(code, join(folder, 'home')), system);
      assert.equal(readdirSync(folder), []);
    });
    assert.is(world.claims(), before);
    const { epoch } = await world.run(code);
    assert.is(epoch, before + 1);
  });

deviceTest(
  'the least room with which the code is sent is enough for the grant, also where it is asked for again',
  async () => {
    const code = world.codes.create(terminal, 10_000);
    await onTmpfs('nr_inodes=23,size=900k', async folder => {
      const home = join(folder, 'home');
      for (let lost = 0; lost < 2; lost++) {
        atGrant = () => {
          throw new Error('the answer is lost');
        };
        assert.is((await refusalOf(world.run(code, home))).code, 'provisioning/answer');
      }
      atGrant = () => undefined;
      const { epoch } = await world.run(code, home);
      assert.is(epoch, world.terminals.find(terminal)!.epoch);
    });
  },
);

deviceTest('a disk that is full once the code is spent keeps the draft; run again, it works', () =>
  onTmpfs('size=4m', async folder => {
    const code = world.codes.create(terminal, 10_000);
    const home = join(folder, 'home');
    atGrant = () => letWrite('0');
    try {
      await refusedForTheDisk(world.run(code, home), 'EFBIG');
    } finally {
      letWrite('unlimited');
      atGrant = () => undefined;
    }
    assert.equal(readdirSync(folder), ['home.enrolling']);
    const { epoch } = await world.run(code, home);
    assert.is(epoch, world.terminals.find(terminal)!.epoch);
    assert.equal(readdirSync(folder), ['home']);
    assert.equal(readdirSync(home).sort(), ['agent', 'gate']);
  }),
);

test.run();
