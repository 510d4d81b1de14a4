// Journals of earlier enrolments, carried over by `madoguchi enrol --former`: what the hub lacks of them is still delivered,
// in their own epoch; then their keys are destroyed, and they go.
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../drivers/base/log.ts';
import { destroyKey, journalKeyFiles, readJournalKeys } from '../config/journal-keys.ts';
import { openJournal } from '../journal/open-journal.ts';
import { nodeStorage } from '../journal/storage.ts';
import type { Link } from '../link/link.ts';
import { startDrain } from './drain.ts';
import type { LedgerParts } from './ledger-journal.ts';

/** Folder in the agent's, with one folder an epoch: `journal/`, and its data keys beside it. */
export const formerFolder = 'former';

const delivered = '.delivered';
export const isDelivered = (name: string): boolean => name.endsWith(delivered);

/** Begins to deliver, until it is done or told to stop. Nothing of it keeps anybody from being served: what fails is told and kept. */
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
  const told = (which: string) => (error: unknown) =>
    parts.log.error('former journal not delivered', { former: which, ...failure(error) });
  const names = await nodeStorage.list(place).catch(told(formerFolder));
  await Promise.all(
    (names ?? []).map(name =>
      (isDelivered(name) ? remove(join(place, name)) : deliver(parts, link, Number(name), stop)).catch(
        told(name),
      ),
    ),
  );
}

async function deliver(parts: LedgerParts, link: Link, epoch: number, stop: AbortSignal): Promise<void> {
  const { home, clock, log } = parts;
  const folder = join(parts.folder, formerFolder, String(epoch));
  const journal = await openJournal({
    ...({ log: 'ledger', folder: join(folder, 'journal'), terminal: home.terminal, epoch } as const),
    dataKeys: await readJournalKeys(folder),
    checkpoint: () => ({ body: Buffer.alloc(0) }), // no transaction of it is open: enrol has looked
    reserveSegments: 1,
  });
  const drain = startDrain({
    ...{ journal, link, clock, epoch, terminal: home.terminal, agentKey: home.signingKey },
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
  // told by its name first: one that is half removed must never be taken for one that is owed
  await rename(folder, `${folder}${delivered}`);
  await nodeStorage.flushFolder(dirname(folder));
  await remove(`${folder}${delivered}`);
  log.info('former journal delivered', { epoch });
}

async function remove(folder: string): Promise<void> {
  for (const name of await journalKeyFiles(folder)) await destroyKey(join(folder, name));
  await rm(folder, { recursive: true });
}
