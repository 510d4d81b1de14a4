// timeout: 180 s
// The whole demo on a disk that fills. `npm run test:signals` plays these.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { deviceTest } from '../crash/device-test.ts';
import { withTmpfs } from '../tmpfs.ts';
import { type Demo, nothingLeft, start } from './demo-process.ts';

/** `options`: of the tmpfs that is its out folder. `run` gets the demo when it has ended, and what it has left there. */
async function onTmpfs(options: string, run: (demo: Demo, out: string) => Promise<void>): Promise<void> {
  const dir = temporaryFolder('dt', 25);
  const out = join(dir, 'out');
  mkdirSync(out);
  await withTmpfs(out, options, async () => {
    const demo = start(dir, '--out', out);
    await demo.code;
    await run(demo, out);
  });
  await nothingLeft(dir);
  assert.equal(readdirSync(dir), ['out']);
  rmSync(dir, { recursive: true });
}

for (const [what, options] of [
  ['a disk that fills at the papers', 'size=128k'],
  ['a disk whose inodes are used up at the index page', 'nr_inodes=4'],
] as const)
  deviceTest(`${what} ends everything, with one line and what to do`, () =>
    onTmpfs(options, async (demo, out) => {
      assert.is(await demo.code, 1, demo.said());
      assert.match(demo.said(), /^FAILED at "out": ENOSPC.*\nWhat to do: .*is its disk full\?.*\n$/m);
      assert.not.match(demo.said(), /ECONNREFUSED|^ {4}at /m);
      const left = readdirSync(out);
      assert.not.ok(left.includes('index.html'));
      assert.not.ok(left.includes('.demo.pid'), 'the folder is still taken');
      const pdf = left.find(name => name.endsWith('.pdf'));
      assert.ok(pdf, `no paper among ${left}`);
      assert.match(readFileSync(join(out, pdf), 'latin1'), /%%EOF\s*$/, 'half a paper');
    }),
  );

deviceTest('a disk that takes no file at all is said before anything starts', () =>
  onTmpfs('nr_inodes=1', async demo => {
    assert.is(await demo.code, 2);
    assert.match(demo.said(), /^--out \S+: ENOSPC.*; choose a folder in which files can be written; .*\n$/);
    assert.is(demo.printed(), '');
  }),
);

deviceTest(
  'a disk that fills before the terminal’s journal is there ends everything, with one line and what to do',
  async () => {
    const dir = temporaryFolder('dt', 0); // short: a demo makes its folder elsewhere where TMPDIR is long
    const working = join(dir, 'tmp');
    mkdirSync(working);
    await withTmpfs(working, 'size=8m', async () => {
      const demo = start(working, '--out', join(dir, 'out'));
      await Promise.race([demo.untilSaid('agent and gate'), demo.code]); // they are started now, and load for longer than it takes to fill a few MiB
      assert.throws(() => writeFileSync(join(working, 'filler'), Buffer.alloc(8 << 20)), /ENOSPC/);
      assert.is(await demo.code, 1, demo.said());
      assert.match(
        demo.said(),
        /^FAILED at "journal": Out of service: journal\/diskFull.*\nWhat to do: Is the disk of the working folder full\?/m,
      );
      assert.not.match(demo.said(), /ECONNREFUSED|^ {4}at /m);
      assert.equal(readdirSync(working), ['filler']);
    });
    await nothingLeft(dir);
    rmSync(dir, { recursive: true });
  },
);

test.run();
