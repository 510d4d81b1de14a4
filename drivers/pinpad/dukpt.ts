// TDES DUKPT (ANSI X9.24-1:2009, annex A): derives the key of one PIN from a pad's initial key and a KSN.
// Every intermediate Buffer is zeroed here. node:crypto frees its own copy of a key with the cipher.
import { createCipheriv, createDecipheriv } from 'node:crypto';

/** The counter is the KSN's last 21 bits. */
const counterBits = 21;
const counterMask = 2 ** counterBits - 1;
/** Only counters with at most ten one bits are used: an initial key is enough for 1 048 575 PINs. */
const maxOnes = 10;
const keyMask = Buffer.from('C0C0C0C000000000C0C0C0C000000000', 'hex');
const pinMask = Buffer.from('00000000000000FF00000000000000FF', 'hex');

/** Transaction counter of a 10-byte KSN, 0 to 2^21 - 1. */
export const counterOf = (ksn: Buffer): number => ksn.readUIntBE(7, 3) & counterMask;

/** The KSN with its counter cleared, as 20 upper-case hex digits. It identifies the initial key. */
export function keySetOf(ksn: Buffer): string {
  const set = Buffer.from(ksn);
  set.writeUIntBE(set.readUIntBE(7, 3) & ~counterMask & 0xffffff, 7, 3);
  return set.toString('hex').toUpperCase();
}

/** Whether a pad that follows the standard can have used this counter. */
export function isUsable(counter: number): boolean {
  const ones = onesIn(counter);
  return ones >= 1 && ones <= maxOnes;
}

/**
 * Decrypts one 8-byte block that was encrypted under the PIN key of `ksn` (10 bytes).
 * `initialKey` is the pad's 16-byte initial key (IPEK). The caller zeroes the result.
 */
export function decryptPinBlock(initialKey: Buffer, ksn: Buffer, block: Buffer): Buffer {
  const key = derivePinKey(initialKey, ksn);
  const clear = cipher(createDecipheriv, key, block);
  key.fill(0);
  return clear;
}

/** PIN encryption key of `ksn`, 16 bytes; the caller zeroes it. */
export function derivePinKey(initialKey: Buffer, ksn: Buffer): Buffer {
  const key = deriveKey(initialKey, ksn);
  xorInto(key, pinMask);
  return key;
}

/** Derived key of `ksn` before a variant is applied, 16 bytes. Counter bits enter the register one by one, highest first. */
export function deriveKey(initialKey: Buffer, ksn: Buffer): Buffer {
  const counter = counterOf(ksn);
  const key = Buffer.from(initialKey);
  let low = ksn.readUIntBE(7, 3) & ~counterMask & 0xffffff;
  const register = Buffer.from(ksn.subarray(2));
  for (let bit = 1 << (counterBits - 1); bit > 0; bit >>= 1) {
    if ((counter & bit) === 0) continue;
    low |= bit;
    register.writeUIntBE(low, 5, 3);
    nextKey(key, register);
  }
  return key;
}

/** The non-reversible key generation process (annex A.2), in place. */
function nextKey(key: Buffer, register: Buffer): void {
  const right = half(key, register);
  xorInto(key, keyMask);
  const left = half(key, register);
  left.copy(key, 0);
  right.copy(key, 8);
  left.fill(0);
  right.fill(0);
}

function half(key: Buffer, register: Buffer): Buffer {
  const right = key.subarray(8);
  const input = Buffer.from(register);
  xorInto(input, right);
  const output = cipher(createCipheriv, key.subarray(0, 8), input);
  xorInto(output, right);
  input.fill(0);
  return output;
}

/**
 * One block of DES (8-byte key) or two-key TDES (16-byte key). OpenSSL 3 has no single DES: TDES with three equal keys is
 * the same.
 */
function cipher(make: typeof createCipheriv | typeof createDecipheriv, key: Buffer, block: Buffer): Buffer {
  const first = key.subarray(0, 8);
  const triple = Buffer.concat([first, key.length === 8 ? first : key.subarray(8), first]);
  const des = make('des-ede3', triple, null).setAutoPadding(false);
  const output = des.update(block);
  des.final(); // returns no more bytes, but frees OpenSSL's copy of the key now
  triple.fill(0);
  return output;
}

function xorInto(target: Buffer, mask: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i]! ^= mask[i]!;
}

function onesIn(counter: number): number {
  let ones = 0;
  for (let rest = counter; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
}
