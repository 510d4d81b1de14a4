// The hub's keys. They are made at its first start in a folder and are used at every later start. None is in the code.
// Each service gets its own keys only; the issuing service of each municipality has a pair of its own. The root key signs the key set.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyPair, newKeyPair, toKeyPair } from '../../../agent/protocol/cose-key.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { municipalityCodes } from '../catalogue/catalogue.ts';
import { toPem } from './crypto-key.ts';

const names = [
  'root',
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
    keys.root,
  );
