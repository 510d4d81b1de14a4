// The journal's data keys in the agent's key store. `journal-data.bin` seals. Previous keys stay beside it as
// `journal-data-ID.bin` while a segment needs them, and are destroyed then.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { keyIdsUnder } from '../journal/key-ids.ts';
import { keyIdOf } from '../journal/seal.ts';

const current = 'journal-data.bin';
const former = /^journal-data-([0-9a-f]{32})\.bin$/;
export const journalKeyBytes = 32;

/** Name of the file for a previous key. ID is that of keyIdOf, in hex. */
export const formerKeyFile = (key: KeyObject): string => `journal-data-${keyIdOf(key).toString('hex')}.bin`;

/** The key that seals, then the previous ones. `keys`: path of the key store. Errors: the system's; RangeError for a key of another length. */
export async function readJournalKeys(keys: string): Promise<readonly [KeyObject, ...KeyObject[]]> {
  const names = await formerKeyFiles(keys);
  return [
    await readKey(join(keys, current)),
    ...(await Promise.all(names.map(name => readKey(join(keys, name))))),
  ];
}

async function readKey(path: string): Promise<KeyObject> {
  const bytes = await readFile(path);
  try {
    if (bytes.length !== journalKeyBytes) throw new RangeError(`${path}: expected ${journalKeyBytes} bytes`);
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** File names of the data keys in a folder. The one that seals comes last, because a home cannot be read without it. */
export async function journalKeyFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return [...names.filter(name => former.test(name)).sort(), ...names.filter(name => name === current)];
}

const formerKeyFiles = async (keys: string): Promise<string[]> =>
  (await journalKeyFiles(keys)).filter(name => name !== current);

/**
 * Destroys the previous keys in the agent's folder `home` that no segment there needs, also none in quarantine or released.
 * Returns their file names. What only they could open cannot be read any more.
 */
export async function destroyUnusedKeys(home: string): Promise<string[]> {
  const keys = join(home, 'keys');
  const names = await formerKeyFiles(keys);
  if (names.length === 0) return [];
  const needed = await keyIdsUnder(home);
  needed.add(keyIdOf(await readKey(join(keys, current))).toString('hex')); // a rotation that was interrupted
  const unused = names.filter(name => !needed.has(former.exec(name)![1]!));
  for (const name of unused) await destroyKey(join(keys, name));
  return unused;
}

/**
 * Overwrites a key, flushes, and removes it. A flash card may keep the old block for a while, because it moves blocks. A key
 * that must be gone at once has to be kept in a chip that can erase it.
 */
export async function destroyKey(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await unlink(path);
  const folder = await open(join(path, '..'), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
