// The hub's keys. They are made at its first start in a folder and are used at every later start. None is in the code.
// Each service gets its own keys only. The root key signs the key set.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyPair, newKeyPair, toKeyPair } from '../../../agent/protocol/cose-key.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { toPem } from './crypto-key.ts';

const names = [
  'root',
  /** Key of the authority for the certificates of the broker, the hub and the terminals. */
  'link',
  'hub',
  'configuration',
  'cardAuthentication',
  'cardAuthenticationSeal',
  'issuing',
  'issuingSeal',
] as const;

export type HubKeys = Record<(typeof names)[number], KeyPair> & {
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
  const pairs = names.map(name => {
    const pem = file(`${name}.pem`, () => toPem(newKeyPair()));
    return [name, toKeyPair(createPrivateKey(pem))] as const;
  });
  const common = file('common.bin', () => randomBytes(32));
  return { ...(Object.fromEntries(pairs) as Record<(typeof names)[number], KeyPair>), common };
}

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
        issuing: keys.issuing.coseKey,
        issuingSeal: keys.issuingSeal.coseKey,
      },
    },
    keys.root,
  );
