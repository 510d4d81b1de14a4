// An authority and one card of it, kept in a folder: whoever has a hub of their own registers both certificates there, once.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CardAuthority, type IssueOptions, makeCardAuthority } from './authority.ts';
import type { CardCredential, VirtualCard } from './virtual-card.ts';

export interface KeptCard {
  authority: CardAuthority;
  /** The same card each time: certificate and key are the folder's. */
  issue(options?: IssueOptions): VirtualCard;
  /** Certificates (DER) of the same card that a hub must not take any more; undefined in a folder that was made without them. */
  expired: Buffer | undefined;
  revoked: Buffer | undefined;
}

const names = {
  authority: 'authority.pem',
  authorityKey: 'authority.key',
  card: 'card.pem',
  cardKey: 'card.key',
  expired: 'expired.pem',
  revoked: 'revoked.pem',
};
type Name = keyof typeof names;
const dayMs = 86_400_000;

/** Makes `folder`. Returns the paths of the certificates, PEM. Errors: the system's; EEXIST where a card is kept there already. */
export async function makeCardsFolder(
  folder: string,
): Promise<Record<'authority' | 'card' | 'expired' | 'revoked', string>> {
  const stock = await (await makeCardAuthority()).stock(1);
  const authority = await makeCardAuthority(stock); // its cards have one key
  const certificate = async (options?: IssueOptions) => authority.issue(options).credential('auth');
  const card = await certificate();
  const past = (days: number) => new Date(Date.now() - days * dayMs);
  const expired = await certificate({ notBefore: past(365), notAfter: past(1) });
  const revoked = await certificate();
  const path = (name: Name) => join(folder, names[name]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = (name: Name, text: string | Buffer) =>
    writeFile(path(name), text, { flag: 'wx', mode: 0o600 });
  await write('authority', authority.certificatePem);
  await write(
    'authorityKey',
    pemOf(createPrivateKey({ key: stock.authority.key, format: 'der', type: 'pkcs8' })),
  );
  await write('card', pemOfCertificate(card));
  await write('cardKey', pemOf(card.key));
  await write('expired', pemOfCertificate(expired));
  await write('revoked', pemOfCertificate(revoked));
  return {
    ...{ authority: path('authority'), card: path('card') },
    ...{ expired: path('expired'), revoked: path('revoked') },
  };
}

/** Errors: the system's; those of a file that is damaged. */
export async function readCardsFolder(folder: string): Promise<KeptCard> {
  const file = (name: Name) => readFile(join(folder, names[name]));
  const certificateOf = async (name: Name) => new X509Certificate(await file(name)).raw;
  const further = (name: Name) =>
    existsSync(join(folder, names[name])) ? certificateOf(name) : Promise.resolve(undefined);
  const key = createPrivateKey(await file('authorityKey')).export({ type: 'pkcs8', format: 'der' }) as Buffer;
  const authority = await makeCardAuthority({
    authority: { key, certificate: await certificateOf('authority') },
    cardKeys: [],
  });
  const auth: CardCredential = {
    certificate: await certificateOf('card'),
    key: createPrivateKey(await file('cardKey')),
  };
  return {
    authority,
    issue: options => authority.issue({ ...options, auth }),
    expired: await further('expired'),
    revoked: await further('revoked'),
  };
}

const pemOfCertificate = ({ certificate }: CardCredential): string =>
  new X509Certificate(certificate).toString();
const pemOf = (key: CardCredential['key']): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
