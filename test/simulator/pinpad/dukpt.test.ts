import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { counterAfter, counterIn, ksnAt, pinKey, sealPin } from '../../../simulator/pinpad/dukpt.ts';
import { account, initialKey, initialKsn, pin, rows } from '../../drivers/pinpad/vectors.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

for (const [ksn, , key, block] of rows) {
  test(`the virtual pad encrypts with the published key of ${ksn}`, () => {
    const counter = counterIn(Buffer.from(ksn, 'hex'));
    assert.is(hex(ksnAt(initialKsn, counter)), ksn);
    assert.is(hex(pinKey(initialKey, initialKsn, counter)), key);
    assert.is(hex(sealPin(Buffer.from(key, 'hex'), pin, account)), block);
  });
}

test('a key is good for 1 048 575 PIN blocks', () => {
  let count = 0;
  let last = 0;
  for (let counter = counterAfter(0); counter !== undefined; counter = counterAfter(counter)) {
    count += 1;
    last = counter;
  }
  assert.is(count, 1_048_575);
  assert.is(last, 0x1ff800);
});

test.run();
