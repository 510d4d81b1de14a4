// The data keys that a terminal's journal is sealed with: a new one, and the end of all of them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import {
  destroyKey,
  formerKeyFile,
  journalKeyBytes,
  journalKeyFiles,
  readJournalKeys,
} from '../../agent/config/journal-keys.ts';
import { lockFolder } from '../../agent/journal/folder-lock.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { formerFolder, isDelivered } from '../../agent/ledger/former-journals.ts';
import { replaceFile } from '../home/write-tree.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/**
 * Gives the journal a new data key. `home` is the agent's folder; its agent may run: the key seals from the next segment on,
 * at the latest after the next start. What the former key sealed stays readable until the hub has it and its segments are
 * gone. Interrupted at any point it can be run again. Errors: provisioning/file, provisioning/disk.
 */
export async function rotateKey(home: string): Promise<void> {
  const keys = join(home, 'keys');
  const [key] = await readJournalKeys(keys).catch(cause => {
    throw new ProvisioningError('provisioning/file', `${keys} holds no journal key.`, cause);
  });
  const former = key.export();
  const fresh = randomBytes(journalKeyBytes);
  await replaceFile(join(keys, formerKeyFile(key)), former); // first: at every moment one file holds it
  await replaceFile(join(keys, 'journal-data.bin'), fresh);
  former.fill(0);
  fresh.fill(0);
}

/**
 * Destroys every data key of the agent's folder `home`, those of earlier enrolments too; returns their files. Nobody can read
 * the journals afterwards. The agent must not run. Interrupted at any point it can be run again.
 * Errors: provisioning/undelivered where the hub lacks records, unless `evenUndelivered`; journal/inUse, agent/home, and those
 * of a journal that does not open.
 */
export async function destroyJournal(home: string, evenUndelivered = false): Promise<string[]> {
  if (!evenUndelivered) await checkDelivered(home);
  const lock = lockFolder(join(home, 'journal'));
  try {
    const keys = await keysIn(home);
    for (const path of keys) await destroyKey(join(home, path));
    return keys;
  } finally {
    lock.release();
  }
}

async function checkDelivered(home: string): Promise<void> {
  const waiting = await countUndelivered(home);
  const owed = (await formerEpochs(home)).filter(name => !isDelivered(name));
  if (waiting === 0 && owed.length === 0) return;
  const former = owed.length === 0 ? '' : ` The hub lacks records of epoch ${owed.join(', ')} too.`;
  throw new ProvisioningError(
    'provisioning/undelivered',
    `${waiting} records were never acknowledged by the hub.${former}`,
  );
}

/** Folders of former enrolments, each named by its epoch. */
const formerEpochs = async (home: string): Promise<string[]> =>
  (await nodeStorage.list(join(home, formerFolder))) ?? [];

/** Paths from `home` on. Its own keys come last, and last of them the one that seals (journalKeyFiles). */
async function keysIn(home: string): Promise<string[]> {
  const folders = [...(await formerEpochs(home)).map(name => join(formerFolder, name)), 'keys'];
  const found = folders.map(async folder =>
    (await journalKeyFiles(join(home, folder))).map(name => join(folder, name)),
  );
  return (await Promise.all(found)).flat();
}

async function countUndelivered(home: string): Promise<number> {
  const { terminal, epoch, journalKeys } = await readHome(home);
  const journal = await openJournal({
    ...({ log: 'ledger', folder: join(home, 'journal'), terminal, epoch, dataKeys: journalKeys } as const),
    checkpoint: () => ({ body: Buffer.alloc(0) }), // nothing is written, so none is asked for
  });
  const waiting = journal.last.seq - journal.acknowledged.seq;
  await journal.close();
  return waiting;
}
