// The journal that a terminal takes along when it is enrolled again: that of its former home, so that the hub still gets the
// records that it lacks. The former home stays as it is. After the enrolment the hub accepts no agent of it any more.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type LinkSettings, readHome, readLinkSettings } from '../../agent/config/home.ts';
import { journalKeyFiles } from '../../agent/config/journal-keys.ts';
import { lockName } from '../../agent/journal/folder-lock.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { quarantineOf } from '../../agent/journal/quarantine.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { formerFolder, isDelivered } from '../../agent/ledger/former-journals.ts';
import { TransactionLog } from '../../agent/transaction/transaction-log.ts';
import { systemClock } from '../../drivers/base/clock.ts';
import type { Tree } from '../home/write-tree.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import type { Former } from './succession.ts';

export interface FormerJournal {
  /** What the former home had. */
  home: Former;
  /** How the shop's network let it reach the broker. */
  link: LinkSettings;
  /** Files for the new home. Empty where the hub has everything. */
  files: Tree;
  /** Unlocks the former journal. Until then no agent can open it, so the files lack nothing of it. */
  release(): Promise<void>;
}

/**
 * Locks and reads the former home's journal. `formerHome` is the folder above `agent/`.
 * Errors: provisioning/openTransaction; provisioning/quarantined; journal/inUse while an agent runs; agent/home; those of a
 * journal that does not open.
 */
export async function holdFormerJournal(formerHome: string): Promise<FormerJournal> {
  const agent = join(formerHome, 'agent');
  const home = await readHome(agent);
  const { terminal, epoch, journalKeys } = home;
  const folder = join(agent, 'journal');
  if (await nodeStorage.list(quarantineOf(folder)))
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
    const earlier = await treeOf(join(agent, formerFolder), `agent/${formerFolder}`);
    const isDone = journal.last.seq === journal.acknowledged.seq;
    const own = isDone ? {} : await ownFiles(agent, `agent/${formerFolder}/${epoch}`);
    const link = await readLinkSettings(agent);
    return { home, link, files: { ...earlier, ...own }, release: () => journal.close() };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function ownFiles(agent: string, place: string): Promise<Tree> {
  const store = join(agent, 'keys');
  const names = await journalKeyFiles(store);
  const keys = names.map(async name => [`${place}/${name}`, await readFile(join(store, name))] as const);
  return {
    ...Object.fromEntries(await Promise.all(keys)),
    ...(await treeOf(join(agent, 'journal'), `${place}/journal`)),
  };
}

/**
 * Every file below `folder`, under `place`; none where there is no such folder. Spare files are left out: they hold nothing. So is the
 * lock: reading it would unlock the journal.
 */
async function treeOf(folder: string, place: string): Promise<Tree> {
  if (!(await nodeStorage.list(folder))) return {};
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter(
    one =>
      one.isFile() &&
      !one.name.startsWith('spare-') &&
      one.name !== lockName &&
      !relative(folder, one.parentPath).split('/').some(isDelivered),
  );
  const read = async ({ parentPath, name }: (typeof files)[number]) => {
    const path = join(parentPath, name);
    return [`${place}${path.slice(folder.length)}`, await readFile(path)] as const;
  };
  return Object.fromEntries(await Promise.all(files.map(read)));
}
