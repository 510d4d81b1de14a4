// Of what was decrypted nothing stays in memory that node:crypto freed, once whoever asked for it has wiped it.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encrypt } from '../../agent/protocol/cose-encrypt.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';

const fixture = fileURLToPath(new URL('decrypt.fixture.ts', import.meta.url));
const key = newKeyPair();

/** Pieces of a document of so many bytes that are still found. */
function foundAfter(bytes: number, ...args: string[]): number {
  const clear = randomBytes(bytes);
  const masked = Array.from({ length: 8 }, (_, i) =>
    Buffer.from(clear.subarray(1000 + i * 2000, 1032 + i * 2000).map(byte => byte ^ 0x5a)).toString('hex'),
  );
  const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const input = JSON.stringify({ pem, sealed: encrypt(clear, key.coseKey, 'test').toString('hex'), masked });
  return Number(execFileSync(process.execPath, [fixture, ...args], { input }));
}

test('planted: what nobody wiped is found', () => assert.ok(foundAfter(20_000, 'keep') >= 8));

for (const bytes of [20_000, 50_000, 120_000])
  test(`of ${bytes} bytes that were decrypted and wiped nothing is found`, () =>
    assert.is(foundAfter(bytes), 0));

test.run();
