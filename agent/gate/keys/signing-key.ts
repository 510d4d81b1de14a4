// The gate's own signing key, for evidence: PKCS#8 PEM, P-256, by name from the key store.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { KeyStore } from '../../../drivers/base/key-store.ts';
import { GateRefusal } from '../gate-refusal.ts';

/** Zeroes the PEM's bytes after use. Errors: gate/key where the PEM is invalid; those of the store. */
export async function readSigningKey(keys: KeyStore): Promise<KeyObject> {
  const pem = await keys.load('gate-signing.pem');
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new GateRefusal('gate/key', { cause, detail: { name: 'gate-signing.pem' } });
  } finally {
    pem.fill(0);
  }
}
