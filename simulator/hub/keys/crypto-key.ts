// Converts keys of node:crypto, which the contract uses, to keys of Web Crypto, which make certificates.
import type { webcrypto } from 'node:crypto';
import type { KeyPair } from '../../../agent/protocol/cose-key.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export async function toCryptoKeys(pair: KeyPair): Promise<webcrypto.CryptoKeyPair> {
  return {
    privateKey: pair.privateKey.toCryptoKey(algorithm, false, ['sign']),
    publicKey: pair.publicKey.toCryptoKey(algorithm, true, ['verify']),
  };
}

/** PKCS#8, PEM. */
export const toPem = (pair: KeyPair): string =>
  pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
