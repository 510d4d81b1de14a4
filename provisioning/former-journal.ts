// What a terminal that is enrolled again takes with it: the journal of its former home, so that what the hub lacks of it is
// still delivered. The former home stays as it is, and no agent may run from it any more.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readHome } from '../agent/config/home.ts';
import { formerFolder, isDelivered } from '../agent/former-journals.ts';
import { quarantineOf } from '../agent/journal/quarantine.ts';
import { openJournal } from '../agent/journal/sealed-journal.ts';
import { nodeStorage } from '../agent/journal/storage.ts';
import { TransactionLog } from '../agent/transaction/transaction-log.ts';
import { systemClock } from '../drivers/contract/clock.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { Tree } from './write-tree.ts';

/**
 * Files for the new home, from the former one (which holds `agent/`). Nothing where the hub has everything.
 * Errors: provisioning/openTransaction; provisioning/quarantined; journal/inUse while an agent runs; agent/home; those of a
 * journal that does not open.
 */
export async function formerJournal(formerHome: string): Promise<Tree> {
  const agent = join(formerHome, 'agent');
  const earlier = await treeOf(join(agent, formerFolder), `agent/${formerFolder}`);
  const { terminal, epoch, journalKeys } = await readHome(agent);
  const folder = join(agent, 'journal');
  if ((await readdir(agent)).includes('journal.quarantine'))
    throw new ProvisioningError('provisioning/quarantined', `${quarantineOf(folder)} waits for a decision.`);
  const log = new TransactionLog(systemClock);
  const journal = await openJournal({
    ...({ log: 'ledger', folder, terminal, epoch, dataKeys: journalKeys } as const),
    checkpoint: () => log.checkpoint(),
  });
  try {
    const open = log.resume(journal);
    if (open.length > 0)
      throw new ProvisioningError(
        'provisioning/openTransaction',
        `${open.length} transactions have not reached their end.`,
      );
    if (journal.last.seq === journal.acknowledged.seq) return earlier;
    const place = `agent/${formerFolder}/${epoch}`;
    const keys = await treeOf(join(agent, 'keys'), place);
    return {
      ...earlier,
      ...Object.fromEntries(Object.entries(keys).filter(([path]) => path.includes('/journal-data'))),
      ...(await treeOf(folder, `${place}/journal`)),
    };
  } finally {
    await journal.close();
  }
}

/** Every file below `folder`, under `place`; none where there is no such folder. Spare files hold nothing. */
async function treeOf(folder: string, place: string): Promise<Tree> {
  if (!(await nodeStorage.list(folder))) return {};
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter(
    one =>
      one.isFile() &&
      !one.name.startsWith('spare-') &&
      !relative(folder, one.parentPath).split('/').some(isDelivered),
  );
  const read = async ({ parentPath, name }: (typeof files)[number]) => {
    const path = join(parentPath, name);
    return [`${place}${path.slice(folder.length)}`, await readFile(path)] as const;
  };
  return Object.fromEntries(await Promise.all(files.map(read)));
}
