// A test certification authority like JPKI's, and the cards that it issues. All of it is in memory only.
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
  /** Subject CN; it does not identify the holder. Default 26 random characters. */
  serial?: string;
  /** Default one year before now. */
  notBefore?: Date;
  /** Default four years from now. */
  notAfter?: Date;
  /** My Number Card, or the older 住民基本台帳カード. Default `mynumber`. */
  profile?: 'mynumber' | 'juki';
  /** Certificate and key for user authentication. Default: new ones. */
  auth?: CardCredential;
  /** Token label. Default: the profile's. Example of another: JPKIAPGPSETOKEN (a smartphone). */
  label?: string;
}

/** Stored keys, from which an authority can be made without new keys. */
export interface AuthorityStock {
  /** The authority's key (PKCS#8) and certificate (DER). */
  authority: { key: Buffer; certificate: Buffer };
  /** Card keys, PKCS#8. The cards take them in turn, so that many cards share a few keys. */
  cardKeys: readonly Buffer[];
}

export interface CardAuthority {
  readonly certificateDer: Buffer;
  readonly certificatePem: string;
  /** This authority's key and `cards` new card keys, to make the same authority again. */
  stock(cards: number): Promise<AuthorityStock>;
  /** A new card. Its keys are made when they are needed. */
  issue(options?: IssueOptions): VirtualCard;
}

/** Token labels and answers to reset (contact interface) of both kinds of card: OpenSC, card-jpki.c; myna, libmyna. */
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
/** 8 bytes: hex 40, then 7 random ones. The first bit is 0: the number is positive (DER INTEGER, RFC 5280, 4.1.2.2). */
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
 * Makes a new test CA (one RSA-2048 key, in a second or less), or the CA of `stock`. One CA signs the certificates of both
 * purposes; JPKI has two CAs.
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
        makeCredential: async purpose =>
          (purpose === 'auth' && options.auth) || certify(purpose, serial, from, to),
        behaviours: jpkiApplication,
      });
    },
  };
}
