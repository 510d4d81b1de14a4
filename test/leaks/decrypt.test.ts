// After the caller has wiped a decrypted text, no copy of it stays in memory that node:crypto freed.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encrypt } from '../../agent/protocol/cose-encrypt.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { asLines, type Finding, searchMemory } from './search.ts';

const fixture = fileURLToPath(new URL('decrypt.fixture.ts', import.meta.url));
const key = newKeyPair();

/** Pieces of a document of so many bytes that a process still has after it decrypted it. */
async function foundAfter(bytes: number, { keep = false } = {}): Promise<Finding[]> {
  const clear = randomBytes(bytes);
  const pieces = Array.from({ length: 8 }, (_, i) => ({
    form: `piece ${i}`,
    bytes: clear.subarray(1000 + i * 2000, 1032 + i * 2000),
  }));
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const child = fork(fixture);
  child.send({ pem, sealed: encrypt(clear, key.coseKey, 'test').toString('hex'), keep });
  await once(child, 'message');
  const found = searchMemory('process', child.pid!, pieces);
  child.disconnect();
  assert.equal(await once(child, 'exit'), [0, null]);
  return found;
}

test('planted: a text that was not wiped is found', async () => {
  const found = await foundAfter(20_000, { keep: true });
  assert.is(new Set(found.map(({ form }) => form)).size, 8);
});

for (const bytes of [20_000, 50_000, 120_000])
  test(`of ${bytes} bytes that were decrypted and wiped nothing is found`, async () =>
    assert.equal(asLines(await foundAfter(bytes)), []));

test.run();
