// `madoguchi pinpad-key`: a PIN pad's initial key in the gate's key store.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { madoguchi } from '../madoguchi.ts';

const dir = temporaryFolder('pinpad-key');
test.after(() => rmSync(dir, { recursive: true }));

test("a PIN pad's key is taken as 16 bytes or 32 hex digits, replaced whole, and readable by its owner only", async () => {
  const home = join(dir, 'enrolled');
  mkdirSync(join(home, 'gate', 'keys'), { recursive: true });
  const file = join(dir, 'key');
  const key = join(home, 'gate', 'keys', 'pinpad-pad-1.bin');
  for (const content of [Buffer.alloc(16, 0xa5), `${'c3'.repeat(16)}\n`]) {
    writeFileSync(file, content);
    assert.is((await madoguchi('pinpad-key', '--home', home, '--id', 'pad-1', '--file', file)).code, 0);
    assert.equal(readFileSync(key), Buffer.alloc(16, typeof content === 'string' ? 0xc3 : 0xa5));
    assert.is(statSync(key).mode & 0o777, 0o600);
  }
  assert.equal(readdirSync(join(home, 'gate', 'keys')), ['pinpad-pad-1.bin']);
});

test('what is no key, no pad, no home or no file is refused', async () => {
  const home = join(dir, 'enrolled');
  const bad = join(dir, 'bad');
  writeFileSync(bad, 'c3'.repeat(15));
  const good = join(dir, 'key');
  const wrong: [string, string, string, number, string][] = [
    [home, 'pad-1', bad, 1, '16 bytes'],
    [home, '../pad', good, 2, '--id'],
    [join(dir, 'nowhere'), 'pad-1', good, 1, 'no home'],
    [home, 'pad-1', join(dir, 'missing'), 1, 'read'],
  ];
  for (const [where, id, file, expected, says] of wrong) {
    const { code, error } = await madoguchi('pinpad-key', '--home', where, '--id', id, '--file', file);
    assert.is(code, expected, says);
    assert.match(error, says);
  }
});

test.run();
