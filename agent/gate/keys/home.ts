// The gate's own folder. `madoguchi enrol` writes it; only the gate's user may read it (folder 0700):
//   gate.json               settings, below
//   root.cbor               the hub's root document; its thumbprint is on the installer's sheet
//   key-set.cbor            the hub's signed key set, as received; the gate itself verifies it under root.cbor
//   keys/gate-signing.pem   PKCS#8, P-256: signs evidence (0600, as every file in keys/)
//   keys/pinpad-<id>.bin    the 16-byte initial key of the PIN pad `id`, raw
//   accepted.json           written by the gate: the highest number of a key set that it has served with
//   prints/                 a note of each print under way (print-notes.ts)
//   pinpad-ksn.json         last key serial number counter of each key set; written by the native process
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyStore } from '../../../drivers/base/key-store.ts';
import { highestIn, lowerThan, remember, sayLower } from '../../../drivers/base/rising-numbers.ts';
import { type KeyPair, toKeyPair } from '../../protocol/cose-key.ts';
import { type KeySet, readKeySet } from '../../protocol/key-set.ts';
import { readRoot } from '../../protocol/root.ts';
import { parse } from '../../protocol/schema.ts';
import { GateRefusal } from '../gate-refusal.ts';
import { type GateSettings, gateSettings } from './gate-settings.ts';
import { KeySetUpdates } from './key-set-updates.ts';
import { readSigningKey } from './signing-key.ts';

/** Content of the folder, verified. */
export interface GateHome {
  settings: GateSettings;
  signingKey: KeyPair;
  keySet: KeySet;
  /** Takes later ones. */
  keySets: KeySetUpdates;
  /** Initial key of the PIN pad, 16 bytes. */
  pinpadKey: Buffer;
  /** Path of pinpad-ksn.json. */
  ksnFile: string;
}

/**
 * Reads and verifies the folder. Errors: gate/home with detail.file for a file that is missing or invalid (also for a key set that
 * the root document's keys did not sign), gate/key, gate/keyExposed.
 */
export async function readHome(folder: string, keys: KeyStore): Promise<GateHome> {
  const given = await understood(folder, 'gate.json', bytes =>
    parse(gateSettings, JSON.parse(bytes.toString('utf8'))),
  );
  const root = await understood(folder, 'root.cbor', readRoot);
  const keySet = await understood(folder, 'key-set.cbor', bytes => readKeySet(bytes, root));
  await checkNumber(folder, keySet);
  const signingKey = toKeyPair(await readSigningKey(keys));
  const pinpadKey = await keys.load(`pinpad-${given.pinpad.id}.bin`);
  if (pinpadKey.length !== 16)
    throw new GateRefusal('gate/key', { detail: { name: `pinpad-${given.pinpad.id}.bin` } });
  const keySets = new KeySetUpdates(root, join(folder, 'key-set.cbor'));
  return {
    settings: given,
    keySet,
    keySets,
    signingKey,
    pinpadKey,
    ksnFile: join(folder, 'pinpad-ksn.json'),
  };
}

const acceptedFile = 'accepted.json';

/** What the gate serves with: from now on `readHome` refuses a lower number. Errors: those of `remember`. */
export async function acceptNumber(folder: string, { generation }: KeySet): Promise<void> {
  await remember(join(folder, acceptedFile), { keySet: generation });
}

async function checkNumber(folder: string, { generation }: KeySet): Promise<void> {
  const highest = await highestIn(join(folder, acceptedFile)).catch(cause => {
    throw wrongFile(acceptedFile, cause);
  });
  const lower = lowerThan(highest, { keySet: generation });
  if (lower) throw wrongFile('key-set.cbor', new Error(sayLower(lower)));
}

async function understood<T>(folder: string, file: string, read: (bytes: Buffer) => T): Promise<T> {
  try {
    return read(await readFile(join(folder, file)));
  } catch (cause) {
    throw wrongFile(file, cause);
  }
}

function wrongFile(file: string, cause: unknown): GateRefusal {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GateRefusal('gate/home', { cause, detail: { file, why } });
}
