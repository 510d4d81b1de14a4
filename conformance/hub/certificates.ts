// Certificates that the kit makes: requests for its terminals, and such that a hub must not take.
import 'reflect-metadata'; // @peculiar/x509 needs it loaded first
import { createPublicKey, type KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

const toCryptoKeys = (pair: KeyPair): webcrypto.CryptoKeyPair => ({
  privateKey: pair.privateKey.toCryptoKey(ecdsa, false, ['sign']),
  publicKey: pair.publicKey.toCryptoKey(ecdsa, true, ['verify']),
});

export const pemOf = ({ privateKey }: KeyPair): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** PKCS#10, DER. */
export async function certificateRequest(link: KeyPair): Promise<Buffer> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=terminal',
    keys: toCryptoKeys(link),
    signingAlgorithm: ecdsa,
  });
  return Buffer.from(request.rawData);
}

/** A client's key and certificate (PEM) of an authority that nobody knows, whose names are `authority`'s (PEM). */
export async function foreignClient(
  commonName: string,
  authority: string,
): Promise<{ key: string; certificate: string }> {
  const own = newKeyPair();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject: [{ CN: [commonName] }],
    issuer: new x509.X509Certificate(authority).subject,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    publicKey: toCryptoKeys(own).publicKey,
    signingKey: toCryptoKeys(newKeyPair()).privateKey,
    signingAlgorithm: ecdsa,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });
  return { key: pemOf(own), certificate: certificate.toString('pem') };
}

/** A further certificate (DER) for the RSA key `card`, with the names of `like` (DER), signed by `signer`. */
export async function cardCertificate(card: KeyObject, like: Buffer, signer: KeyObject): Promise<Buffer> {
  const model = new x509.X509Certificate(like);
  const spki = createPublicKey(card as never).export({ type: 'spki', format: 'der' });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(7).toString('hex')}`,
    subject: model.subject,
    issuer: model.issuer,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    publicKey: new x509.PublicKey(spki),
    signingKey: signer.toCryptoKey(rsa, false, ['sign']),
    signingAlgorithm: rsa,
    extensions: model.extensions,
  });
  return Buffer.from(certificate.rawData);
}
