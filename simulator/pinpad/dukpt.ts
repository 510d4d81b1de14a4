// The pad's side of TDES DUKPT, written from the text of the standard (ANSI X9.24-1:2009, annex A) with bigints.
// The key of a counter is derived from the key of the counter without its lowest 1 bit.
import { createCipheriv } from 'node:crypto';

const half = (1n << 64n) - 1n;
const variantOfLeft = 0xc0c0c0c000000000c0c0c0c000000000n;
const variantOfPin = 0x00000000000000ff00000000000000ffn;
const counterSize = 21n;

/** Encrypts one 64-bit block with two-key TDES. With two equal halves of the key it is single DES. */
function encrypt(key: bigint, block: bigint): bigint {
  const cipher = createCipheriv('des-ede', bytes(key, 16), null).setAutoPadding(false);
  return number(cipher.update(bytes(block, 8)));
}

function singleDes(key: bigint, block: bigint): bigint {
  return encrypt((key << 64n) | key, block);
}

/** The key of `counter`. It encrypts no data; the PIN key and the keys of later counters are derived from it. */
function transactionKey(initial: bigint, serial: bigint, counter: bigint): bigint {
  if (counter === 0n) return initial;
  const lowest = counter & -counter;
  const parent = transactionKey(initial, serial, counter - lowest);
  const register = ((serial >> counterSize) << counterSize) | counter;
  return (oneWay(parent ^ variantOfLeft, register & half) << 64n) | oneWay(parent, register & half);
}

function oneWay(key: bigint, register: bigint): bigint {
  const right = key & half;
  return singleDes(key >> 64n, register ^ right) ^ right;
}

/** The 16-byte key that encrypts the PIN block of `counter`. */
export function pinKey(initialKey: Buffer, ksn: Buffer, counter: number): Buffer {
  return bytes(transactionKey(number(initialKey), number(ksn), BigInt(counter)) ^ variantOfPin, 16);
}

/** The 10-byte key serial number (KSN) with `counter` in its last 21 bits. */
export function ksnAt(ksn: Buffer, counter: number): Buffer {
  return bytes(((number(ksn) >> counterSize) << counterSize) | BigInt(counter), 10);
}

/** The counter in the last 21 bits of `ksn`. */
export function counterIn(ksn: Buffer): number {
  return Number(number(ksn) & ((1n << counterSize) - 1n));
}

/** The next counter with at most ten 1 bits, or undefined when the initial key has no more. */
export function counterAfter(counter: number): number | undefined {
  const ones = [...counter.toString(2)].filter(bit => bit === '1').length;
  const next = ones < 10 ? counter + 1 : counter + (counter & -counter);
  return next < 2 ** 21 ? next : undefined;
}

/** An encrypted PIN block, ISO 9564-1 format 0, for `digits` and the account's 12 digits before its check digit. */
export function sealPin(key: Buffer, digits: string, account: string): Buffer {
  const pinField = BigInt(`0x0${digits.length.toString(16)}${digits.padEnd(14, 'f')}`);
  const accountField = BigInt(`0x${account.slice(0, -1).slice(-12).padStart(16, '0')}`);
  return bytes(encrypt(number(key), pinField ^ accountField), 8);
}

function number(buffer: Buffer): bigint {
  return BigInt(`0x${buffer.toString('hex')}`);
}

function bytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}
