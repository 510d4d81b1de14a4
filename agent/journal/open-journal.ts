// Opens a journal: takes its lock, recovers its records, makes the spare files.
import { dirname } from 'node:path';
import { systemClock } from '../../drivers/base/clock.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import type { Journal } from './journal.ts';
import type { JournalOptions } from './journal-options.ts';
import { forgetReason } from './quarantine.ts';
import { recover } from './recovery.ts';
import { SealedJournal } from './sealed-journal.ts';
import { limitsOf, SegmentLog } from './segment-log.ts';
import { nodeStorage } from './storage.ts';

/**
 * Opens, verifies and recovers. Nothing is written to a segment before the first append or acknowledgement.
 * Errors: journal/inUse, journal/quarantined, journal/wrongKey, journal/full, journal/io, and one code for each way of
 * tampering (journal-error.ts).
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const lock = lockFolder(options.folder);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(options: JournalOptions, lock: FolderLock): Promise<Journal> {
  const { folder, storage = nodeStorage, segmentBytes = 1 << 20, budgetBytes = 64 << 20 } = options;
  const recovered = await recover(storage, folder, options);
  await storage.makeFolder(folder);
  await storage.flushFolder(dirname(folder));
  const log = new SegmentLog(
    {
      storage,
      folder,
      owner: options,
      sealingKey: options.sealingKey ?? (async () => options.dataKeys[0]!),
      segmentBytes,
      budgetBytes,
      reserveSegments: options.reserveSegments ?? 4,
    },
    recovered,
  );
  const names = (await storage.list(folder)) ?? [];
  await forgetReason(storage, folder, names);
  await log.prepare(names);
  const { keepBytes = budgetBytes / 4, checkpoint } = options;
  return new SealedJournal(log, lock, recovered, {
    clock: options.clock ?? systemClock,
    dropsOldest: options.whenFull === 'dropOldest',
    segmentBytes,
    checkpoint,
    keepBytes,
    budgetBytes,
    ...limitsOf(segmentBytes),
  });
}
