// A journal in which a segment that nothing needs any more becomes a spare: a reserve that is full would have it removed.
import type { Journal } from '../../../agent/journal/journal.ts';
import type { JournalOptions } from '../../../agent/journal/journal-options.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { nodeStorage, type Storage } from '../../../agent/journal/storage.ts';
import { failWith } from './journal-rig.ts';

/** Opens it. `renamed` is called when the segment has its new name, before the folder is flushed. */
export async function openUntilSpare(options: JournalOptions, renamed: () => void): Promise<Journal> {
  const { storage: disk = nodeStorage } = options;
  let isReserveMade = false;
  const storage: Storage = {
    ...disk,
    create: path => (isReserveMade ? failWith('ENOSPC') : disk.create(path)),
    rename: async (from, to) => {
      await disk.rename(from, to);
      if (from.endsWith('.segment')) renamed();
    },
  };
  const journal = await openJournal({ ...options, storage });
  await journal.health(); // the reserve is made
  isReserveMade = true;
  return journal;
}
