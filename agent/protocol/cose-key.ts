// P-256 keys as COSE_Key (RFC 9052, 7; RFC 9053, 7.1.1) and their thumbprint (RFC 9679).
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { encode } from './cbor.ts';
import { isProtocolError, ProtocolError } from './error.ts';

/** An EC2 public key on P-256: kty 2, crv 1, x and y of 32 bytes, as a CBOR map with integer keys. */
export type CoseKey = ReadonlyMap<number, number | Buffer>;

/** A field that holds a public key. A point that is not on the curve is refused here: with it nothing could be verified or sealed later. */
export const coseKey = v.custom<CoseKey>(isCoseKey, 'expected a COSE_Key on P-256');

function isCoseKey(key: unknown): boolean {
  try {
    fromCoseKey(key);
    return true;
  } catch (error) {
    if (isProtocolError(error)) return false;
    throw error;
  }
}

const kty = 1;
const crv = -1;
const x = -2;
const y = -3;

/** The public half of a P-256 key. Errors: protocol/key for any other curve. */
export function toCoseKey(key: KeyObject): CoseKey {
  const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || !jwk.x || !jwk.y)
    throw new ProtocolError('protocol/key', 'Only P-256 keys are used here.');
  return new Map<number, number | Buffer>([
    [kty, 2],
    [crv, 1],
    [x, Buffer.from(jwk.x, 'base64url')],
    [y, Buffer.from(jwk.y, 'base64url')],
  ]);
}

/** Reads a key from a message. Errors: protocol/key unless it is a point on P-256 and has no other fields. */
export function fromCoseKey(key: unknown): KeyObject {
  const isKey = key instanceof Map && key.size === 4 && key.get(kty) === 2 && key.get(crv) === 1;
  const [px, py] = isKey ? [key.get(x), key.get(y)] : [];
  if (!(px instanceof Uint8Array && px.length === 32 && py instanceof Uint8Array && py.length === 32))
    throw new ProtocolError('protocol/key', 'Not a P-256 COSE_Key.');
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(px), y: base64url(py) };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new ProtocolError('protocol/key', 'The COSE_Key is not a point on P-256.', { cause });
  }
}

/** SHA-256 over the deterministic CBOR of the required fields (RFC 9679, 4): 32 bytes. It is the key id everywhere. */
export function thumbprint(key: CoseKey): Buffer {
  return createHash('sha256').update(encode(key)).digest();
}

export interface KeyPair {
  privateKey: KeyObject;
  publicKey: KeyObject;
  coseKey: CoseKey;
  thumbprint: Buffer;
}

export const newKeyPair = (): KeyPair =>
  toKeyPair(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

export function toKeyPair(privateKey: KeyObject): KeyPair {
  const coseKey = toCoseKey(privateKey);
  return { privateKey, publicKey: createPublicKey(privateKey), coseKey, thumbprint: thumbprint(coseKey) };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
