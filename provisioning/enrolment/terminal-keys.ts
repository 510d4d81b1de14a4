// The keys that a terminal makes for itself; no private half ever leaves it.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';

export interface TerminalKeys {
  agent: KeyPair;
  gate: KeyPair;
  link: KeyPair;
  /** Data key of the journal, 32 bytes. */
  journal: Buffer;
  /** PKCS#10 request for the link's certificate (DER), signed by the link's key; the hub puts the name in. */
  certificateRequest: Buffer;
}

export async function makeTerminalKeys(): Promise<TerminalKeys> {
  const link = newKeyPair();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=terminal',
    keys: {
      privateKey: link.privateKey.toCryptoKey(algorithm, false, ['sign']),
      publicKey: link.publicKey.toCryptoKey(algorithm, true, ['verify']),
    },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return {
    agent: newKeyPair(),
    gate: newKeyPair(),
    link,
    journal: randomBytes(32),
    certificateRequest: Buffer.from(request.rawData),
  };
}

/** PKCS#8, PEM. */
export const toPem = ({ privateKey }: KeyPair): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
