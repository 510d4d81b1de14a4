// The end of a terminal: without its data keys nobody reads its journal any more.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import { destroyKey } from '../../agent/config/journal-keys.ts';
import { openJournal } from '../../agent/journal/sealed-journal.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/**
 * Destroys every data key of the agent's folder `home`; returns their files. The agent must not run.
 * Errors: provisioning/undelivered where the hub lacks records, unless `evenUndelivered`; journal/inUse, agent/home, and those of a
 * journal that does not open.
 */
export async function destroyJournal(home: string, evenUndelivered = false): Promise<string[]> {
  if (!evenUndelivered) {
    const waiting = await undelivered(home);
    if (waiting > 0)
      throw new ProvisioningError(
        'provisioning/undelivered',
        `${waiting} records were never acknowledged by the hub.`,
      );
  }
  const keys = join(home, 'keys');
  const names = (await readdir(keys)).filter(name => name.startsWith('journal-data'));
  for (const name of names) await destroyKey(join(keys, name));
  return names;
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
