// The end of a terminal: without its data keys nobody reads its journal any more, nor one of an earlier enrolment.
import { join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import { destroyKey, journalKeyFiles } from '../../agent/config/journal-keys.ts';
import { lockFolder } from '../../agent/journal/folder-lock.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { formerFolder, isDelivered } from '../../agent/ledger/former-journals.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/**
 * Destroys every data key of the agent's folder `home`; returns their files. The agent must not run. Cut off at any point it
 * can be run again. Errors: provisioning/undelivered where the hub lacks records, unless `evenUndelivered`; journal/inUse,
 * agent/home, and those of a journal that does not open.
 */
export async function destroyJournal(home: string, evenUndelivered = false): Promise<string[]> {
  if (!evenUndelivered) await insistOnDelivery(home);
  const lock = lockFolder(join(home, 'journal'));
  try {
    const keys = await keysIn(home);
    for (const path of keys) await destroyKey(join(home, path));
    return keys;
  } finally {
    lock.release();
  }
}

async function insistOnDelivery(home: string): Promise<void> {
  const waiting = await undelivered(home);
  const owed = (await formerOf(home)).filter(name => !isDelivered(name));
  if (waiting === 0 && owed.length === 0) return;
  const former = owed.length === 0 ? '' : ` The hub lacks records of epoch ${owed.join(', ')} too.`;
  throw new ProvisioningError(
    'provisioning/undelivered',
    `${waiting} records were never acknowledged by the hub.${former}`,
  );
}

const formerOf = async (home: string): Promise<string[]> =>
  (await nodeStorage.list(join(home, formerFolder))) ?? [];

/** From `home` on; its own come last, as journalKeyFiles has them. */
async function keysIn(home: string): Promise<string[]> {
  const folders = [...(await formerOf(home)).map(name => join(formerFolder, name)), 'keys'];
  const found = folders.map(async folder =>
    (await journalKeyFiles(join(home, folder))).map(name => join(folder, name)),
  );
  return (await Promise.all(found)).flat();
}

async function undelivered(home: string): Promise<number> {
  const { terminal, epoch, journalKeys } = await readHome(home);
  const journal = await openJournal({
    ...({ log: 'ledger', folder: join(home, 'journal'), terminal, epoch, dataKeys: journalKeys } as const),
    checkpoint: () => ({ body: Buffer.alloc(0) }), // nothing is written, so none is asked for
  });
  const waiting = journal.last.seq - journal.acknowledged.seq;
  await journal.close();
  return waiting;
}
