// Journals of earlier enrolments, which `madoguchi enrol --former` carried over. Records that the hub lacks are delivered in the
// journal's own epoch. Then the journal's keys are destroyed, and it is removed.
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../drivers/base/log.ts';
import { destroyKey, journalKeyFiles, readJournalKeys } from '../config/journal-keys.ts';
import { openJournal } from '../journal/open-journal.ts';
import { nodeStorage } from '../journal/storage.ts';
import type { Link } from '../link/link-options.ts';
import { startDrain } from './drain.ts';
import type { LedgerParts } from './ledger-journal.ts';

/** Name of the folder in the agent's own. It holds one folder for each epoch: `journal/`, and its data keys beside it. */
export const formerFolder = 'former';

const delivered = '.delivered';
export const isDelivered = (name: string): boolean => name.endsWith(delivered);

/** Delivers until all is done or `stop` is called. A journal that cannot be delivered is logged and kept; residents are served all the same. */
export function deliverFormer(parts: LedgerParts, link: Link): { stop(): Promise<void> } {
  const stop = new AbortController();
  const work = deliverAll(parts, link, stop.signal);
  return {
    stop() {
      stop.abort();
      return work;
    },
  };
}

async function deliverAll(parts: LedgerParts, link: Link, stop: AbortSignal): Promise<void> {
  const place = join(parts.folder, formerFolder);
  const failed = (which: string) => (error: unknown) =>
    parts.log.error('former journal not delivered', { former: which, ...failure(error) });
  const names = await nodeStorage.list(place).catch(failed(formerFolder));
  await Promise.all(
    (names ?? []).map(name =>
      (isDelivered(name) ? remove(join(place, name)) : deliver(parts, link, Number(name), stop)).catch(
        failed(name),
      ),
    ),
  );
}

async function deliver(parts: LedgerParts, link: Link, epoch: number, stop: AbortSignal): Promise<void> {
  const { home, contract, clock, log } = parts;
  const folder = join(parts.folder, formerFolder, String(epoch));
  const journal = await openJournal({
    ...({ log: 'ledger', folder: join(folder, 'journal'), terminal: home.terminal, epoch } as const),
    dataKeys: await readJournalKeys(folder),
    checkpoint: () => ({ body: Buffer.alloc(0) }), // enrol made sure that no transaction of it is open
    reserveSegments: 1,
  });
  const drain = startDrain({
    ...{ journal, link, contract, clock, epoch, terminal: home.terminal, agentKey: home.signingKey },
    hubKey: () => home.keySet.keys.hub,
    onAlarm: () => undefined, // `drained` rejects with it
    onStanding: standing => {
      if (standing === 'hubBehind')
        log.error('the hub lacks what it acknowledged', { former: String(epoch) });
    },
  });
  const stopped = new Promise<'stopped'>(resolve => {
    if (stop.aborted) resolve('stopped');
    stop.addEventListener('abort', () => resolve('stopped'));
  });
  try {
    if ((await Promise.race([drain.drained(), stopped])) === 'stopped') return;
  } finally {
    await drain.close();
    await journal.close();
  }
  // renamed first: one that is half removed must never be taken for one that is not delivered yet
  await rename(folder, `${folder}${delivered}`);
  await nodeStorage.flushFolder(dirname(folder));
  await remove(`${folder}${delivered}`);
  log.info('former journal delivered', { epoch });
}

async function remove(folder: string): Promise<void> {
  for (const name of await journalKeyFiles(folder)) await destroyKey(join(folder, name));
  await rm(folder, { recursive: true });
}
