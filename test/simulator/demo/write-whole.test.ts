// A file of the demo on a disk that is full.
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeWhole } from '../../../simulator/demo/write-whole.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { codeOf } from '../../refusal.ts';

test('a page that does not fit on the disk leaves no file', async () => {
  const folder = temporaryFolder('write-whole');
  try {
    const page = join(folder, 'index.html');
    symlinkSync('/dev/full', page); // every write to it fails, as on a full disk (full(4))
    assert.is(await codeOf(writeWhole(page, 'a page')), 'ENOSPC');
    assert.equal(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
