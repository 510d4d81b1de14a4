// Test cards with RSA-2048 keys and certificates. They share no code with the virtual card.
import 'reflect-metadata';
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;
const day = 86_400_000;

export interface TestCard {
  certificate: Buffer;
  sign(message: Buffer): Buffer;
  /** What its signatures are said to be made by. Default RS256. */
  algorithm?: -257 | -7 | -35;
}

export interface TestCardAuthority {
  certificateDer: Buffer;
  /** `days`: first and last day of validity, relative to today. `serial`: hex, random by default. */
  issue(options?: { days?: [number, number]; serial?: string }): Promise<TestCard>;
}

export async function makeTestCardAuthority(name = 'Test card authority'): Promise<TestCardAuthority> {
  const keys = await crypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: rsa,
    notBefore: new Date(Date.now() - 400 * day),
    notAfter: new Date(Date.now() + 400 * day),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return {
    certificateDer: Buffer.from(own.rawData),
    async issue({ days: [from, to] = [-1, 365], serial = `01${randomBytes(8).toString('hex')}` } = {}) {
      const card = await crypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial,
        subject: 'CN=0123456789TESTCARD',
        issuer: `CN=${name}`,
        publicKey: card.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: rsa,
        notBefore: new Date(Date.now() + from * day),
        notAfter: new Date(Date.now() + to * day),
      });
      const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', card.privateKey));
      const key: KeyObject = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
      return {
        certificate: Buffer.from(certificate.rawData),
        sign: message => sign('sha256', message, key),
      };
    },
  };
}
