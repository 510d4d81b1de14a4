import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeLeft, temporaryFolder } from '../../simulator/temporary-folder.ts';

test('each folder is new, empty and in the folder for temporary files', () => {
  const folders = [temporaryFolder('one'), temporaryFolder('one')];
  assert.is.not(folders[0], folders[1]);
  for (const folder of folders) {
    assert.is(dirname(folder), tmpdir().length > 32 ? '/tmp' : tmpdir());
    assert.match(basename(folder), new RegExp(`^mg${process.pid}-one-`));
    assert.equal(readdirSync(folder), []);
    rmSync(folder, { recursive: true });
  }
});

test('if the path of that folder is too long for sockets, the new folder is in /tmp', () => {
  const before = process.env.TMPDIR;
  const above = temporaryFolder('above');
  process.env.TMPDIR = join(above, 'x'.repeat(60));
  mkdirSync(process.env.TMPDIR);
  try {
    for (const [maxBase, expected] of [
      [32, '/tmp'],
      [200, process.env.TMPDIR],
    ] as const) {
      const folder = temporaryFolder('two', maxBase);
      assert.is(dirname(folder), expected);
      rmSync(folder, { recursive: true });
    }
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(above, { recursive: true });
  }
});

test('what a killed process has left is removed, and nothing else', () => {
  const base = temporaryFolder('base');
  const { pid } = spawnSync('true');
  const left = join(base, `mg${pid}-demo-aBc123`);
  const kept = [
    `mg${process.pid}-demo-aBc123`,
    `demo-${pid}-aBc123`,
    `mg${pid}-demo`,
    `xmg${pid}-demo-aBc123`,
  ].map(name => join(base, name));
  for (const folder of [left, ...kept]) mkdirSync(join(folder, 'in', 'it'), { recursive: true });
  removeLeft(base);
  assert.equal([left, ...kept].map(existsSync), [false, true, true, true, true]);
  rmSync(base, { recursive: true });
});

test.run();
