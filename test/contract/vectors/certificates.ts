// Certificates of the vectors: the resident's card, the link. None is of a real authority, and none runs out while it is read.
import 'reflect-metadata'; // @peculiar/x509 needs it loaded first
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from '../../../agent/protocol/cose-key.ts';

const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const from = new Date(Date.UTC(2026, 0));
const to = new Date(Date.UTC(2126, 0));

const pair = (key: KeyPair) => ({
  privateKey: key.privateKey.toCryptoKey(ec, true, ['sign']),
  publicKey: key.publicKey.toCryptoKey(ec, true, ['verify']),
});

export const newCardKey = (): Buffer =>
  Buffer.from(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );

/** DER of the card's certificate for user authentication. */
export async function cardCertificate(pem: Buffer, authority: KeyPair): Promise<Buffer> {
  const key: KeyObject = createPrivateKey(pem);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '4001',
    subject: 'C=JP, O=JPKI, OU=JPKI for user authentication, CN=VECTOR0000000000000000CARD',
    issuer: 'C=JP, O=JPKI simulator, CN=Test CA of the vectors',
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ec,
    publicKey: createPublicKey(key as never).toCryptoKey(rsa, true, ['verify']),
    signingKey: pair(authority).privateKey,
    extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true)],
  });
  return Buffer.from(certificate.rawData);
}

/** PEM of the authority of broker and terminals. */
export async function linkAuthority(authority: KeyPair): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '4002',
    name: 'CN=Authority of the vectors',
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ec,
    keys: pair(authority),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** PEM of the terminal's certificate for TLS. */
export async function linkCertificate(terminal: string, link: KeyPair, authority: KeyPair): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '4003',
    subject: `CN=${terminal}`,
    issuer: 'CN=Authority of the vectors',
    notBefore: from,
    notAfter: to,
    signingAlgorithm: ec,
    publicKey: pair(link).publicKey,
    signingKey: pair(authority).privateKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** DER of the PKCS#10 request for it. */
export async function certificateRequest(link: KeyPair): Promise<Buffer> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=terminal',
    keys: pair(link),
    signingAlgorithm: ec,
  });
  return Buffer.from(request.rawData);
}
