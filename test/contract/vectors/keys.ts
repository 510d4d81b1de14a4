// The keys of the vectors. They are made from their names, so that they are the same on every machine. They protect nothing.
import { createECDH, createHash, createPrivateKey } from 'node:crypto';
import { type KeyPair, toKeyPair } from '../../../agent/protocol/cose-key.ts';

/** `length` bytes that look random, and are the same for the same name. */
export function fixed(name: string, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at * 32 < length; at++)
    parts.push(createHash('sha256').update(`madoguchi test vector ${name} ${at}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url');

/** The key whose private scalar is `fixed(name, 32)`. */
export function fixedKey(name: string): KeyPair {
  const d = fixed(`key ${name}`, 32);
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const [x, y] = [base64url(point.subarray(1, 33)), base64url(point.subarray(33))];
  const jwk = { kty: 'EC', crv: 'P-256', d: base64url(d), x, y };
  return toKeyPair(createPrivateKey({ key: jwk, format: 'jwk' }));
}

const names = [
  'agent',
  'gate',
  'gateTransaction',
  'linkTls',
  'root',
  'root2',
  'root3',
  'hub',
  'configuration',
  'cardAuthentication',
  'cardAuthenticationSeal',
  'issuing',
  'issuingSeal',
  'authority',
  'other',
] as const;
export type KeyName = (typeof names)[number];

export const keys = Object.fromEntries(names.map(name => [name, fixedKey(name)])) as Record<KeyName, KeyPair>;
