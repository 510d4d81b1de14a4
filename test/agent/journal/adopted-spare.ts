// A journal whose agent is killed when a segment has just become a spare, and whose next one adopts it and is ended by a power cut.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import type { JournalOptions } from '../../../agent/journal/journal-options.ts';
import type { Storage } from '../../../agent/journal/storage.ts';
import { outcomeOf } from '../../refusal.ts';
import { type DroppingDisk, droppingDisk } from './dropped-names.ts';
import { body, holds, smallJournal, withFolder, withJournal } from './journal-rig.ts';
import { openUntilSpare } from './made-spare.ts';

type OpenJournal = (options: JournalOptions) => Promise<Journal>;

/** After the rename of a segment to a spare nothing is changed any more. Returns the last record that was acknowledged. */
async function killedAtRename(folder: string, disk: DroppingDisk): Promise<number> {
  const journal = await openUntilSpare(
    smallJournal(folder, { storage: disk.storage, reserveSegments: 4 }),
    () => {
      disk.changesLeft = 0;
    },
  );
  let last = 0;
  while (disk.changesLeft > 0) {
    ({ seq: last } = await journal.append(body(last + 1, 4000)));
    await journal.acknowledge({ ...journal.last, generation: 1 });
  }
  await journal.close().catch(() => undefined); // it would say goodbye
  return last;
}

/** The power goes before the change of this number. Returns whether the life ended before. */
async function cutAt(openJournal: OpenJournal, folder: string, changes: number): Promise<boolean> {
  const disk = await droppingDisk(join(dirname(folder), 'kept'));
  let last = await killedAtRename(folder, disk);
  disk.changesLeft = changes;
  const newestFirst: Storage = {
    ...disk.storage,
    list: async path => (await disk.storage.list(path))?.sort((one, other) => other.localeCompare(one)),
  };
  const life = async () => {
    const journal = await openJournal(smallJournal(folder, { storage: newestFirst }));
    try {
      for (let n = 0; n < 2; n++) ({ seq: last } = await journal.append(body(journal.last.seq + 1, 4000)));
    } finally {
      await journal.close();
    }
  };
  const outcome = await outcomeOf(life());
  assert.ok(outcome === undefined || outcome === 'journal/io', outcome);
  const hasEnded = disk.changesLeft > 0;
  await disk.cut();
  await withJournal(smallJournal(folder), async journal => {
    assert.ok(journal.last.seq >= last, `${last} was acknowledged, ${journal.last.seq} is the last`);
    await holds(journal, journal.acknowledged.seq + 1, journal.last.seq);
  });
  return hasEnded;
}

/** Fails where a power cut before any change of the second life leaves a journal that does not open, or that lacks a record. */
export const adoptedThenCut = (openJournal: OpenJournal): Promise<void> =>
  withFolder(async folder => {
    const parent = dirname(folder);
    for (let changes = 0, hasEnded = false; !hasEnded; changes++) {
      const home = join(parent, String(changes));
      hasEnded = await cutAt(openJournal, join(home, 'ledger'), changes);
      await rm(home, { recursive: true });
    }
  });
