// Puts a PIN pad's initial key into the gate's key store (agent/gate/keys/home.ts: keys/pinpad-<id>.bin, 16 bytes raw).
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProvisioningError } from '../provisioning-error.ts';
import { replaceFile } from './write-tree.ts';

/** Length of a TDES DUKPT initial key (ANSI X9.24-1). */
const keyBytes = 16;

/** `content` is 16 raw bytes or 32 hex digits, the two forms that key loaders write. Errors: provisioning/file. */
export function readInitialKey(content: Buffer): Buffer {
  if (content.length === keyBytes) return Buffer.from(content);
  const hex = content.toString('latin1').trim();
  if (!/^[0-9a-fA-F]{32}$/.test(hex))
    throw new ProvisioningError('provisioning/file', 'An initial key is 16 bytes, or 32 hex digits.');
  return Buffer.from(hex, 'hex');
}

/** `home` as `enrol` made it; `id` names the pad. Zeroes `key`. Errors: provisioning/usage, provisioning/file, provisioning/disk. */
export async function importPinpadKey(home: string, id: string, key: Buffer): Promise<string> {
  if (!/^[a-zA-Z0-9-]{1,40}$/.test(id))
    throw new ProvisioningError('provisioning/usage', '--id is letters, digits and hyphens.');
  const keys = join(home, 'gate', 'keys');
  try {
    await stat(keys);
  } catch (cause) {
    throw new ProvisioningError('provisioning/file', `${home} is no home of an enrolled terminal.`, cause);
  }
  const path = join(keys, `pinpad-${id}.bin`);
  await replaceFile(path, key);
  key.fill(0);
  return path;
}
