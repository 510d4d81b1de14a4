// An authority and one card of it, kept in a folder: whoever has a hub of their own registers both certificates there, once.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CardAuthority, type IssueOptions, makeCardAuthority } from './authority.ts';
import type { CardCredential, VirtualCard } from './virtual-card.ts';

export interface KeptCard {
  authority: CardAuthority;
  /** The same card each time: certificate and key are the folder's. */
  issue(options?: IssueOptions): VirtualCard;
}

const names = {
  authority: 'authority.pem',
  authorityKey: 'authority.key',
  card: 'card.pem',
  cardKey: 'card.key',
};

/** Makes `folder`. Returns the paths of the two certificates, PEM. Errors: the system's; EEXIST where a card is kept there already. */
export async function makeCardsFolder(folder: string): Promise<{ authority: string; card: string }> {
  const authority = await makeCardAuthority();
  const { key } = (await authority.stock(0)).authority;
  const card = await authority.issue().credential('auth');
  const path = (name: keyof typeof names) => join(folder, names[name]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = (name: keyof typeof names, text: string | Buffer) =>
    writeFile(path(name), text, { flag: 'wx', mode: 0o600 });
  await write('authority', authority.certificatePem);
  await write('authorityKey', pemOf(createPrivateKey({ key, format: 'der', type: 'pkcs8' })));
  await write('card', new X509Certificate(card.certificate).toString());
  await write('cardKey', pemOf(card.key));
  return { authority: path('authority'), card: path('card') };
}

/** Errors: the system's; those of a file that is damaged. */
export async function readCardsFolder(folder: string): Promise<KeptCard> {
  const file = (name: keyof typeof names) => readFile(join(folder, names[name]));
  const certificateOf = async (name: 'authority' | 'card') => new X509Certificate(await file(name)).raw;
  const key = createPrivateKey(await file('authorityKey')).export({ type: 'pkcs8', format: 'der' }) as Buffer;
  const authority = await makeCardAuthority({
    authority: { key, certificate: await certificateOf('authority') },
    cardKeys: [],
  });
  const auth: CardCredential = {
    certificate: await certificateOf('card'),
    key: createPrivateKey(await file('cardKey')),
  };
  return { authority, issue: options => authority.issue({ ...options, auth }) };
}

const pemOf = (key: CardCredential['key']): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
