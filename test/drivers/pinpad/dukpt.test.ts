import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  counterOf,
  decryptPinBlock,
  deriveKey,
  derivePinKey,
  isUsable,
  keySetOf,
} from '../../../drivers/pinpad/dukpt.ts';
import { clearBlock, initialKey, initialKsn, rows } from './vectors.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

for (const [ksn, derived, pinKey, block] of rows) {
  test(`the published key and block of ${ksn}`, () => {
    const serial = Buffer.from(ksn, 'hex');
    assert.is(hex(deriveKey(initialKey, serial)), derived);
    assert.is(hex(derivePinKey(initialKey, serial)), pinKey);
    assert.is(hex(decryptPinBlock(initialKey, serial, Buffer.from(block, 'hex'))), clearBlock);
  });
}

test('openssl decrypts the first block with our PIN key, and not with the next one', () => {
  const open = (ksn: string) =>
    execFileSync(
      'openssl',
      ['enc', '-d', '-des-ede', '-nopad', '-K', hex(derivePinKey(initialKey, Buffer.from(ksn, 'hex')))],
      { input: Buffer.from(rows[0]![3], 'hex') },
    );
  assert.is(hex(open(rows[0]![0])), clearBlock);
  assert.is.not(hex(open(rows[1]![0])), clearBlock);
});

test('deriving does not change the initial key or the KSN', () => {
  const key = Buffer.from(initialKey);
  const ksn = Buffer.from('FFFF9876543210EFF801', 'hex');
  derivePinKey(key, ksn);
  assert.ok(key.equals(initialKey));
  assert.is(hex(ksn), 'FFFF9876543210EFF801');
});

test('the counter has 21 bits; the rest identifies the key', () => {
  assert.is(counterOf(Buffer.from('FFFF9876543210FFF800', 'hex')), 0x1ff800);
  assert.is(counterOf(Buffer.from('FFFF9876543210E00001', 'hex')), 1);
  assert.is(keySetOf(Buffer.from('FFFF9876543210FFF800', 'hex')), hex(initialKsn));
  assert.is(keySetOf(Buffer.from('ffff9876543210000001', 'hex')), 'FFFF9876543210000000');
});

test('no pad uses a counter with zero or more than ten one bits', () => {
  assert.not.ok(isUsable(0));
  assert.ok(isUsable(1));
  assert.ok(isUsable(0x1ff800));
  assert.not.ok(isUsable(0x1ff801));
});

test.run();
