// The hub's two certificate authorities. Their certificates are made when the hub starts.
// Root: its key's thumbprint is on the installer's sheet. It signs the key set and the enrolment server's certificate.
// Link: it signs only the certificates of the broker, the hub and the terminals.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { type KeyPair, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { toCryptoKeys, toPem } from './crypto-key.ts';

const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const;
const day = 86_400_000;

/** A key and its certificate, both PEM. */
export interface Identity {
  key: string;
  certificate: string;
}

export interface Authority {
  /** The authority's own certificate, PEM. */
  certificate: string;
  /** A new key and certificate for a server: SAN localhost, 127.0.0.1 and `host`, a name or an address. */
  server(commonName: string, host?: string): Promise<Identity>;
  /** A new key and certificate for a client. */
  client(commonName: string): Promise<Identity>;
  /** A certificate (PEM) for a client's certificate request. The subject and extensions in the request are ignored. */
  certify(commonName: string, publicKey: x509.PublicKey): Promise<string>;
}

/** Makes an authority with `key` (P-256) and a self-signed certificate. */
export async function makeAuthority(
  commonName: string,
  key: KeyPair,
  wall: () => number,
): Promise<Authority> {
  const keys = await toCryptoKeys(key);
  const issuer = `CN=${commonName}`;
  const valid = (days: number) => ({
    notBefore: new Date(wall() - day),
    notAfter: new Date(wall() + days * day),
  });
  const serial = () => `01${randomBytes(15).toString('hex')}`;
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: issuer,
    keys,
    signingAlgorithm: ecdsa,
    ...valid(3650),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  async function issue(
    subject: string,
    publicKey: x509.PublicKey,
    purpose: x509.ExtendedKeyUsage,
    more: x509.Extension[] = [],
  ): Promise<string> {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: [{ CN: [subject] }],
      issuer,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ecdsa,
      ...valid(365),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([purpose]),
        await x509.AuthorityKeyIdentifierExtension.create(own),
        ...more,
      ],
    });
    return `${certificate.toString('pem')}\n`;
  }

  async function identity(subject: string, purpose: x509.ExtendedKeyUsage, more?: x509.Extension[]) {
    const pair = newKeyPair();
    const { publicKey } = await toCryptoKeys(pair);
    const certificate = await issue(subject, await x509.PublicKey.create(publicKey), purpose, more);
    return { key: toPem(pair), certificate };
  }

  return {
    certificate: `${own.toString('pem')}\n`,
    server: (commonName, host) =>
      identity(commonName, x509.ExtendedKeyUsage.serverAuth, [
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
          ...(host === undefined ? [] : [{ type: isIP(host) === 0 ? 'dns' : 'ip', value: host } as const]),
        ]),
      ]),
    client: commonName => identity(commonName, x509.ExtendedKeyUsage.clientAuth),
    certify: (commonName, publicKey) => issue(commonName, publicKey, x509.ExtendedKeyUsage.clientAuth),
  };
}
