// ISO 9564-1 format 0: a PIN block that is bound to an account number. We use a new random number for each request.
import { randomInt } from 'node:crypto';
import { secretBytes } from '../base/secret-bytes.ts';
import { PinPadError } from './pinpad-error.ts';

/**
 * Creates the account number of one PIN request: 16 digits, of which the 12 random ones enter the block. It begins with 9,
 * which ISO/IEC 7812 reserves for national bodies, and ends with a Luhn digit, because a pad may check it.
 */
export function sessionAccount(): string {
  const digits = `999${Array.from({ length: 12 }, () => randomInt(10)).join('')}`;
  return digits + luhnDigit(digits);
}

/**
 * Extracts the PIN from a clear format 0 block (8 bytes, not changed) as ASCII digits. The caller zeroes both.
 * If the block belongs to another account number, its filler is wrong.
 * @param account the request's account number, 13 to 19 digits
 * @param length digits that a PIN must have
 * Errors: pinpad/fraudAttempt with detail.reason `binding`; pinpad/protocol for a PIN of another length.
 */
export function pinOf(block: Buffer, account: string, length: number): Buffer {
  const field = Buffer.from(`0000${account.slice(-13, -1)}`, 'hex');
  const nibbles = secretBytes(16);
  for (let i = 0; i < 16; i++) {
    const byte = block[i >> 1]! ^ field[i >> 1]!;
    nibbles[i] = i % 2 === 0 ? byte >> 4 : byte & 0x0f;
  }
  try {
    const digits = nibbles[1]!;
    const pin = nibbles.subarray(2, 2 + digits);
    const wellFormed = nibbles[0] === 0 && digits >= 4 && digits <= 12;
    const bound =
      pin.every(nibble => nibble <= 9) && nibbles.subarray(2 + digits).every(nibble => nibble === 0x0f);
    if (!wellFormed || !bound)
      throw new PinPadError('pinpad/fraudAttempt', { detail: { reason: 'binding' } });
    if (digits !== length) throw new PinPadError('pinpad/protocol', { detail: { reason: 'pinLength' } });
    return asciiOf(pin);
  } finally {
    nibbles.fill(0);
  }
}

function asciiOf(digits: Buffer): Buffer {
  const ascii = secretBytes(digits.length);
  for (let i = 0; i < digits.length; i++) ascii[i] = 0x30 + digits[i]!;
  return ascii;
}

function luhnDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
