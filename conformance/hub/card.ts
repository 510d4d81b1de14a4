// The resident's card of `simulator -- cards`, and others that a hub must not take.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readCardsFolder } from '../../simulator/card/cards-folder.ts';
import { cardCertificate } from './certificates.ts';

/** A certificate (DER) and what signs for it. */
export interface KitCard {
  certificate: Buffer;
  sign(message: Buffer): Buffer;
  /** Certificates of the same key that the hub knows: one that has run out, one that is revoked; undefined in an older folder. */
  expired: Buffer | undefined;
  revoked: Buffer | undefined;
  /** The same key in a certificate of an authority with the same name and another key. */
  foreign(): Promise<Buffer>;
  /** The same key in another certificate of the same authority, which names nobody. */
  unknown(): Promise<Buffer>;
}

/** Errors: the system's; those of a file that is damaged. */
export async function readKitCard(folder: string): Promise<KitCard> {
  const { authority, issue, expired, revoked } = await readCardsFolder(folder);
  const { certificate, key } = await issue().credential('auth');
  const stock = await authority.stock(0);
  const authorityKey = createPrivateKey({ key: stock.authority.key, format: 'der', type: 'pkcs8' });
  const made = (signer: KeyObject) => cardCertificate(key, certificate, signer);
  return {
    certificate,
    sign: message => sign('sha256', message, key),
    ...{ expired, revoked },
    foreign: () => made(key),
    unknown: () => made(authorityKey),
  };
}
