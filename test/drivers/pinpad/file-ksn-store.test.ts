import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FileKsnStore } from '../../../drivers/pinpad/file-ksn-store.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusedWith } from '../../refusal.ts';

const one = 'FFFF9876543210E00000';
const other = 'FFFF0000000000200000';
const dir = temporaryFolder('ksn');
const path = join(dir, 'pinpad-ksn.json');
test.after(() => rm(dir, { recursive: true }));

test('each key set has its own counter, also after a restart', async () => {
  assert.is(await new FileKsnStore(path).load(one), undefined);
  await new FileKsnStore(path).save(one, 17);
  await new FileKsnStore(path).save(other, 3);
  await new FileKsnStore(path).save(one, 18);
  assert.is(await new FileKsnStore(path).load(one), 18);
  assert.is(await new FileKsnStore(path).load(other), 3);
  assert.equal(await readdir(dir), ['pinpad-ksn.json']);
  assert.is((await stat(path)).mode & 0o777, 0o600);
  assert.is(await readFile(path, 'utf8'), `{"${one}":18,"${other}":3}`);
});

test('a distrusted key set stays distrusted after restarts; other key sets do not change', async () => {
  const file = join(dir, 'distrust.json');
  await writeFile(file, `{"${one}":17}`); // the format before `distrusted` existed
  await new FileKsnStore(file).save(other, 3);
  assert.not(await new FileKsnStore(file).isDistrusted(one));
  await new FileKsnStore(file).distrust(one);
  const store = new FileKsnStore(file);
  assert.equal([await store.isDistrusted(one), await store.isDistrusted(other)], [true, false]);
  assert.is(await store.load(other), 3);
  assert.is(await readFile(file, 'utf8'), `{"${one}":"distrusted","${other}":3}`);
  await rm(file);
});

for (const damaged of [
  '',
  '{',
  '[]',
  '{}x',
  'null',
  '{"FFFF9876543210E00000":"1"}',
  '{"FFFF9876543210E00000":"trusted"}',
  '{"key":1}',
]) {
  test(`a damaged file (${damaged}) is an error, never an empty record`, async () => {
    await writeFile(path, damaged);
    const store = new FileKsnStore(path);
    for (const use of [
      () => store.load(one),
      () => store.save(one, 1),
      () => store.isDistrusted(one),
      () => store.distrust(one),
    ])
      await refusedWith('pinpad/counterFile', use);
    assert.is(await readFile(path, 'utf8'), damaged);
  });
}

test('a folder that does not exist', async () => {
  const store = new FileKsnStore(join(dir, 'no', 'file.json'));
  await refusedWith('pinpad/counterFile', store.save(one, 1));
});

test.run();
