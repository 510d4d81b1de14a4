// A test certification authority in the shape of JPKI's, and the cards that it issues. Nothing of it outlives the process.
import 'reflect-metadata'; // @peculiar/x509 needs it loaded first
import { createPrivateKey, createPublicKey, KeyObject, randomBytes, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { jpkiApplication } from './jpki-application.ts';
import { type CardCredential, type CardPurpose, VirtualCard } from './virtual-card.ts';

export interface IssueOptions {
  /** 利用者証明用 PIN, 4 digits. Default 1234. */
  pin?: string;
  /** 署名用 PIN, 6 to 16 characters. Default ABC123. */
  signPin?: string;
  /** Subject CN; says nothing of the holder. Default 26 random characters. */
  serial?: string;
  /** Default one year before now. */
  notBefore?: Date;
  /** Default four years from now. */
  notAfter?: Date;
  /** My Number Card, or the older 住民基本台帳カード. Default `mynumber`. */
  profile?: 'mynumber' | 'juki';
  /** Token label where it shall be another than the profile's, e.g. JPKIAPGPSETOKEN (a smartphone). */
  label?: string;
}

/** What an authority may be made of, in place of new keys. */
export interface AuthorityStock {
  /** PKCS#8 and the certificate, DER. */
  authority: { key: Buffer; certificate: Buffer };
  /** Keys of cards, PKCS#8: given to cards in turn, so that many cards share few keys. */
  cardKeys: readonly Buffer[];
}

export interface CardAuthority {
  readonly certificateDer: Buffer;
  readonly certificatePem: string;
  /** This authority and `cards` new card keys, to make it of again. */
  stock(cards: number): Promise<AuthorityStock>;
  /** A new card with keys of its own, made when they are first needed. */
  issue(options?: IssueOptions): VirtualCard;
}

/** Token labels and answers to reset (contact interface) of both cards: OpenSC, card-jpki.c; myna, libmyna. */
const PROFILES = {
  mynumber: { label: 'JPKIAPICCTOKEN2', atr: '3bda13ff8131fb468012392f31c173c601c03b' },
  juki: { label: 'JPKIAPICCTOKEN', atr: '3be000ff8131fe4514' },
} as const;

const YEAR_MS = 365.25 * 24 * 3600 * 1000;
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};
const UNIT = { auth: 'JPKI for user authentication', sign: 'JPKI for digital signature' } as const;
/** jpki-cp-auth-class30 and the parent arc of the signature classes (arc 1.2.392.200149.8.5.1, JPKI). */
const POLICY = { auth: '1.2.392.200149.8.5.1.3.30', sign: '1.2.392.200149.8.5.1.1' } as const;
const USAGE = {
  auth: x509.KeyUsageFlags.digitalSignature,
  sign: x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation,
} as const;

const newKeys = () => crypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
const pkcs8Of = (key: webcrypto.CryptoKey): Buffer =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'der' }) as Buffer;
const pairOf = (pkcs8: Buffer): webcrypto.CryptoKeyPair => {
  const key = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });
  return {
    privateKey: key.toCryptoKey(RSA, true, ['sign']),
    publicKey: createPublicKey(key as never).toCryptoKey(RSA, true, ['verify']),
  };
};
/** 8 random bytes, first bit clear, as a DER INTEGER wants it (RFC 5280, 4.1.2.2). */
const serialNumber = () => Buffer.concat([Buffer.of(0x40), randomBytes(7)]).toString('hex');
const randomSerial = () =>
  Array.from(randomBytes(26), byte => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[byte % 32]).join('');

async function selfSigned(keys: webcrypto.CryptoKeyPair): Promise<x509.X509Certificate> {
  const now = Date.now();
  return x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'C=JP, O=JPKI simulator, OU=Not a real authority, CN=Test CA for virtual cards',
    notBefore: new Date(now - 10 * YEAR_MS),
    notAfter: new Date(now + 10 * YEAR_MS),
    signingAlgorithm: RSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

/**
 * Makes a fresh test CA (one RSA-2048 key, a second or less), or the one of `stock`. One CA serves both purposes, unlike
 * JPKI's two.
 */
export async function makeCardAuthority(stock?: AuthorityStock): Promise<CardAuthority> {
  const keys = stock ? pairOf(stock.authority.key) : await newKeys();
  const ca = stock ? new x509.X509Certificate(stock.authority.certificate) : await selfSigned(keys);
  const cardKeys = stock?.cardKeys.map(pairOf) ?? [];
  let given = 0;
  const nextCardKeys = async () => cardKeys[given++ % cardKeys.length] ?? (await newKeys());

  async function certify(
    purpose: CardPurpose,
    serial: string,
    from: Date,
    to: Date,
  ): Promise<CardCredential> {
    const pair = await nextCardKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `C=JP, O=JPKI, OU=${UNIT[purpose]}, CN=${serial}`,
      issuer: ca.subject,
      notBefore: from,
      notAfter: to,
      signingAlgorithm: RSA,
      publicKey: pair.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(USAGE[purpose], true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        new x509.CertificatePolicyExtension([POLICY[purpose]], true),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        await x509.SubjectKeyIdentifierExtension.create(pair.publicKey),
      ],
    });
    return { certificate: Buffer.from(certificate.rawData), key: KeyObject.from(pair.privateKey) };
  }

  const certificateDer = Buffer.from(ca.rawData);
  return {
    certificateDer,
    certificatePem: ca.toString('pem'),
    async stock(cards) {
      const made = await Promise.all(Array.from({ length: cards }, newKeys));
      return {
        authority: { key: pkcs8Of(keys.privateKey), certificate: certificateDer },
        cardKeys: made.map(({ privateKey }) => pkcs8Of(privateKey)),
      };
    },
    issue(options = {}) {
      const profile = PROFILES[options.profile ?? 'mynumber'];
      const serial = options.serial ?? randomSerial();
      const from = options.notBefore ?? new Date(Date.now() - YEAR_MS);
      const to = options.notAfter ?? new Date(Date.now() + 4 * YEAR_MS);
      return new VirtualCard({
        atr: Buffer.from(profile.atr, 'hex'),
        serial,
        label: options.label ?? profile.label,
        pins: { auth: options.pin ?? '1234', sign: options.signPin ?? 'ABC123' },
        caCertificate: certificateDer,
        makeCredential: purpose => certify(purpose, serial, from, to),
        behaviours: jpkiApplication,
      });
    },
  };
}
