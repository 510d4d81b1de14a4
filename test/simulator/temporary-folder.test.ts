import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';

test('each folder is new, empty and in the folder for temporary files', () => {
  const folders = [temporaryFolder('one'), temporaryFolder('one')];
  assert.is.not(folders[0], folders[1]);
  for (const folder of folders) {
    assert.is(dirname(folder), tmpdir().length > 40 ? '/tmp' : tmpdir());
    assert.match(basename(folder), /^one-/);
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
      [40, '/tmp'],
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

test.run();
