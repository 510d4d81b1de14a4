// timeout: 180 s
// The whole demo on a disk that fills. `npm run test:signals` plays these.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { deviceTest } from '../crash/device-test.ts';
import { type Demo, nothingLeft, start } from './demo-process.ts';

/** `options`: of the tmpfs that is its out folder. `run` gets the demo when it has ended, and what it has left there. */
async function onTmpfs(options: string, run: (demo: Demo, out: string) => Promise<void>): Promise<void> {
  const dir = temporaryFolder('dt', 25);
  const out = join(dir, 'out');
  mkdirSync(out);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', out]);
  try {
    const demo = start(dir, '--out', out);
    await demo.code;
    await run(demo, out);
  } finally {
    execFileSync('umount', [out]); // fails where a process still uses it
  }
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

test.run();
