// Gives the journal a new data key. What the former key sealed stays readable until the hub has it and its segments are gone.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formerKeyFile, journalKeyBytes, readJournalKeys } from '../../agent/config/journal-keys.ts';
import { replaceFile } from '../home/write-tree.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/**
 * `home` is the agent's folder; its agent may run: the key seals from the next segment on, at the latest after the next
 * start. Cut off at any point it can be run again. Errors: provisioning/file, provisioning/disk.
 */
export async function rotateKey(home: string): Promise<void> {
  const keys = join(home, 'keys');
  const [key] = await readJournalKeys(keys).catch(cause => {
    throw new ProvisioningError('provisioning/file', `${keys} holds no journal key.`, cause);
  });
  const old = key.export();
  const fresh = randomBytes(journalKeyBytes);
  await replaceFile(join(keys, formerKeyFile(key)), old); // first: there is never a moment in which it is nowhere
  await replaceFile(join(keys, 'journal-data.bin'), fresh);
  old.fill(0);
  fresh.fill(0);
}
