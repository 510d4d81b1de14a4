// The hub's keys. They are made at its first start in a folder and are used at every later start. None is in the code.
// Each service gets its own keys only; the issuing service of each municipality has a pair of its own. Keys of the root document sign the key set.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyPair, newKeyPair, toKeyPair } from '../../../agent/protocol/cose-key.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { type Root, signRoot } from '../../../agent/protocol/root.ts';
import { municipalityCodes } from '../catalogue/catalogue.ts';
import { toPem } from './crypto-key.ts';

const names = [
  /** Two of three sign the key set. The first also signs the enrolment server's certificate. */
  'root-1',
  'root-2',
  'root-3',
  /** Key of the authority for the certificates of the broker, the hub and the terminals. */
  'link',
  'hub',
  'configuration',
  'cardAuthentication',
  'cardAuthenticationSeal',
] as const;

/** Keys of one municipality's issuing service. */
export interface IssuingKeys {
  signing: KeyPair;
  seal: KeyPair;
}

export type HubKeys = Record<(typeof names)[number], KeyPair> & {
  /** By municipality. */
  issuing: Readonly<Record<string, IssuingKeys>>;
  /** Shared by card authentication and issuing service, for pseudonyms; 32 bytes. */
  common: Buffer;
};

/** Reads the keys in `dir`, and makes those that are missing. */
export function openHubKeys(dir: string): HubKeys {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = (name: string, make: () => string | Buffer): Buffer => {
    const path = join(dir, name);
    if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
    return readFileSync(path);
  };
  const pair = (name: string) => toKeyPair(createPrivateKey(file(`${name}.pem`, () => toPem(newKeyPair()))));
  const pairs = Object.fromEntries(names.map(name => [name, pair(name)])) as Record<
    (typeof names)[number],
    KeyPair
  >;
  const issuing = Object.fromEntries(
    municipalityCodes.map(code => [
      code,
      { signing: pair(`issuing-${code}`), seal: pair(`issuing-seal-${code}`) },
    ]),
  );
  return { ...pairs, issuing, common: file('common.bin', () => randomBytes(32)) };
}

/** Each municipality's public key for `use`. */
const publicKeys = ({ issuing }: HubKeys, use: keyof IssuingKeys) =>
  Object.fromEntries(Object.entries(issuing).map(([code, keys]) => [code, keys[use].coseKey]));

const threshold = 2;

const rootKeysOf = (keys: HubKeys): readonly KeyPair[] => [keys['root-1'], keys['root-2'], keys['root-3']];

/** The root document (agent/protocol/root.ts). */
export const rootOf = (keys: HubKeys): Root => ({
  version: 1,
  generation: 1,
  threshold,
  keys: rootKeysOf(keys).map(({ coseKey }) => coseKey),
});

/** The same, signed by all of its keys. */
export const signedRootOf = (keys: HubKeys): Buffer => signRoot(rootOf(keys), rootKeysOf(keys));

/** The signed key set (agent/protocol/key-set.ts). */
export const keySetOf = (keys: HubKeys, generation: number): Buffer =>
  signKeySet(
    {
      version: 1,
      generation,
      keys: {
        hub: keys.hub.coseKey,
        configuration: keys.configuration.coseKey,
        cardAuthentication: keys.cardAuthentication.coseKey,
        cardAuthenticationSeal: keys.cardAuthenticationSeal.coseKey,
        issuing: publicKeys(keys, 'signing'),
        issuingSeal: publicKeys(keys, 'seal'),
      },
    },
    rootKeysOf(keys).slice(0, threshold),
  );
