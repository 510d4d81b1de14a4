import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pinOf, sessionAccount } from '../../../drivers/pinpad/pin-block.ts';
import { refusal } from './refusal.ts';
import { account, clearBlock } from './vectors.ts';

const block = (hex: string) => Buffer.from(hex, 'hex');

test('the PIN of a published block', () => {
  assert.is(pinOf(block(clearBlock), account, 4).toString(), '1234');
});

test('a block of another account number is refused, for each of its ten filler digits', async () => {
  for (let at = 2; at < 12; at++) {
    const other = account.slice(0, at) + ((Number(account[at]) + 1) % 10) + account.slice(at + 1);
    assert.is(await refusal(() => pinOf(block(clearBlock), other, 4)), 'pinpad/fraudAttempt binding');
  }
});

test('a wrong format, a length out of range, an invalid digit', async () => {
  assert.is(await refusal(() => pinOf(block('141274EDCBA9876F'), account, 4)), 'pinpad/fraudAttempt binding');
  assert.is(await refusal(() => pinOf(block('031274EDCBA9876F'), account, 4)), 'pinpad/fraudAttempt binding');
  assert.is(await refusal(() => pinOf(block('0D1274EDCBA9876F'), account, 4)), 'pinpad/fraudAttempt binding');
  assert.is(await refusal(() => pinOf(block('04A274EDCBA9876F'), account, 4)), 'pinpad/fraudAttempt binding');
});

test('five digits instead of four', async () => {
  const five = Buffer.from('0512345FFFFFFFFF', 'hex');
  const field = Buffer.from('0000401234567890', 'hex');
  for (let i = 0; i < 8; i++) five[i]! ^= field[i]!;
  assert.is(await refusal(() => pinOf(five, account, 4)), 'pinpad/protocol pinLength');
});

test('each request has its own account number: 16 digits, not a payment card, a valid check digit', () => {
  const seen = new Set(Array.from({ length: 200 }, sessionAccount));
  assert.is(seen.size, 200);
  for (const number of seen) {
    assert.match(number, /^999\d{13}$/);
    const sum = [...number].reverse().reduce((total, digit, i) => {
      const doubled = Number(digit) * (i % 2 ? 2 : 1);
      return total + Math.floor(doubled / 10) + (doubled % 10);
    }, 0);
    assert.is(sum % 10, 0);
  }
});

test.run();
