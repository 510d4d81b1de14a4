// The folder that a demo leaves behind.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { takeOutFolder } from '../../../simulator/demo/out-folder.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const dir = temporaryFolder('out');
test.after(() => rmSync(dir, { recursive: true }));

test('what earlier demos have left is put away, the oldest first, and nothing else is touched', async () => {
  const wanted = join(dir, 'out');
  mkdirSync(wanted);
  writeFileSync(join(wanted, 'mine.txt'), '');
  for (const play of ['first', 'second', 'third']) {
    const { path, release } = await takeOutFolder(wanted);
    assert.is(path, wanted);
    for (const name of ['index.html', '1-slip.png', '1-juminhyo-2.png'])
      writeFileSync(join(path, name), play);
    await release();
  }
  assert.equal(readdirSync(wanted).sort(), [
    ...['1-juminhyo-2.png', '1-slip.png', 'before-1', 'before-2', 'index.html', 'mine.txt'],
  ]);
  for (const [place, play] of [
    ['before-1', 'first'],
    ['before-2', 'second'],
    ['.', 'third'],
  ] as const)
    assert.is(readFileSync(join(wanted, place, '1-slip.png'), 'utf8'), play);
});

test('a second demo at once has a folder of its own', async () => {
  const wanted = join(dir, 'two');
  const [one, two] = [await takeOutFolder(wanted), await takeOutFolder(wanted)];
  assert.equal([one.path, two.path], [wanted, `${wanted}-2`]);
  await Promise.all([one.release(), two.release()]);
});

test.run();
