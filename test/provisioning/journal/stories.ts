// Journals with the transactions that a test wants in them, and the commands that read them.
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import type { Event } from '../../../agent/transaction/event.ts';
import { next } from '../../../agent/transaction/next.ts';
import type { State } from '../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { dataKey, smallJournal } from '../../agent/journal/journal-rig.ts';
import { ManualClock } from '../../manual-clock.ts';
import { madoguchi } from '../madoguchi.ts';

export const madoguchiJournal = (...args: string[]) => madoguchi('journal', ...args);

/** A file with the data key of `smallJournal`, raw. It is removed when the process ends. */
export const keyFile = ((): string => {
  const dir = temporaryFolder('journal-key');
  process.on('exit', () => rmSync(dir, { recursive: true }));
  const path = join(dir, 'journal-data.bin');
  writeFileSync(path, dataKey.export());
  return path;
})();

/** The options for a folder that `smallJournal` wrote. */
export const withKey = (folder: string): string[] => ['--folder', folder, '--key-file', keyFile];

/** Everything in and beside a folder: names, sizes, times of change and content. */
export async function traceOf(folder: string): Promise<string[]> {
  const parent = dirname(folder);
  const names = await readdir(parent, { recursive: true });
  return Promise.all(
    names.sort().map(async name => {
      const info = await stat(join(parent, name));
      const content = info.isFile() ? await readFile(join(parent, name)) : '';
      return `${name} ${info.mtimeMs} ${info.size} ${createHash('sha256').update(content).digest('hex')}`;
    }),
  );
}

export interface Story {
  transaction: string;
  events: readonly Event[];
  /** Events that an earlier call wrote: `events` follow them. */
  from?: readonly Event[];
}

/** Appends to a ledger log as an agent does: a start, then these transactions, one after the other. */
export async function writeStories(
  folder: string,
  stories: readonly Story[],
  { acknowledged }: { acknowledged?: number } = {},
): Promise<void> {
  const log = new TransactionLog(new ManualClock());
  const journal = await openJournal(smallJournal(folder, { checkpoint: () => log.checkpoint() }));
  log.resume(journal);
  await log.started('madoguchi test');
  for (const { transaction, events, from = [] } of stories) {
    let state = from.reduce<State>((before, event) => next(before, event)!.state, { at: 'idle' });
    for (const event of events) {
      state = next(state, event)!.state;
      await log.step(transaction, event, state);
    }
  }
  if (acknowledged) {
    const [entry] = await journal.read(acknowledged - 1, { limit: 1 });
    await journal.acknowledge({ seq: acknowledged, tag: entry!.tag, generation: 2 });
  }
  await journal.close();
}
