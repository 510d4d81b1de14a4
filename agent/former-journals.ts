// Journals of earlier enrolments, carried over by `madoguchi enrol --former`: what the hub lacks of them is still delivered,
// in their own epoch; then their keys are destroyed, and they go.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../drivers/contract/log.ts';
import type { AgentParts } from './agent-parts.ts';
import { destroyKey, readJournalKeys } from './config/journal-keys.ts';
import { openJournal } from './journal/sealed-journal.ts';
import { startDrain } from './link/drain.ts';
import type { Link } from './link/link.ts';

/** Folder in the agent's, with one folder an epoch: `journal/`, and its data keys beside it. */
export const formerFolder = 'former';

/** Begins to deliver; what it returns stops that. Nothing of it keeps anybody from being served: what fails is told and kept. */
export async function deliverFormer(parts: AgentParts, link: Link): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const epochs = await readdir(join(parts.folder, formerFolder)).catch(() => []); // mostly there is none
  const work = epochs.map(epoch =>
    deliver(parts, link, Number(epoch), stop.signal).catch(error =>
      parts.log.error('former journal not delivered', { epoch: Number(epoch), ...failure(error) }),
    ),
  );
  return async () => {
    stop.abort();
    await Promise.all(work);
  };
}

async function deliver(parts: AgentParts, link: Link, epoch: number, stop: AbortSignal): Promise<void> {
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
  });
  const stopped = new Promise<'stopped'>(resolve => stop.addEventListener('abort', () => resolve('stopped')));
  try {
    if ((await Promise.race([drain.drained(), stopped])) === 'stopped') return;
  } finally {
    await drain.close();
    await journal.close();
  }
  for (const name of await readdir(folder))
    if (name.startsWith('journal-data')) await destroyKey(join(folder, name));
  await rm(folder, { recursive: true });
  log.info('former journal delivered', { epoch });
}
