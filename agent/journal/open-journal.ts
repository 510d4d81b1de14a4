// Opens a journal: takes its lock, recovers its records, makes the spare files.
import { dirname } from 'node:path';
import { systemClock } from '../../drivers/base/clock.ts';
import { type JournalLock, lockJournal } from './folder-lock.ts';
import { explained, GuardedStorage } from './guarded-storage.ts';
import type { Journal } from './journal.ts';
import { JournalError, toJournalError } from './journal-error.ts';
import type { JournalOptions } from './journal-options.ts';
import { forgetReason, insistOnNoQuarantine } from './quarantine.ts';
import { recover } from './recovery.ts';
import { renewYoungest } from './renewal.ts';
import { SealedJournal } from './sealed-journal.ts';
import { blockBytes, maxSegmentBytes, minSegmentBytes } from './segment-format.ts';
import { limitsOf, SegmentLog } from './segment-log.ts';
import { nodeStorage, type Storage } from './storage.ts';

/**
 * Opens, verifies and recovers. Before the first append or acknowledgement nothing is added to a segment.
 * Errors: journal/quarantined, journal/wrongKey, one code for each way of tampering, and those of `isTrouble` (journal-error.ts).
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, storage: disk = nodeStorage, segmentBytes = minSegmentBytes } = options;
  if (segmentBytes % blockBytes !== 0 || segmentBytes < minSegmentBytes || segmentBytes > maxSegmentBytes)
    throw new RangeError(`A segment cannot have ${segmentBytes} bytes.`);
  try {
    await insistOnNoQuarantine(disk, folder);
    const lock = lockJournal(folder);
    const storage = new GuardedStorage(disk, folder, lock);
    try {
      return await openLocked(options, storage, lock);
    } catch (error) {
      await storage.end();
      lock.release();
      throw error;
    }
  } catch (error) {
    throw await explained(disk, dirname(folder), toJournalError(error, { path: folder }));
  }
}

async function openLocked(
  options: JournalOptions,
  storage: GuardedStorage,
  lock: JournalLock,
): Promise<Journal> {
  const { folder, segmentBytes = 1 << 20, budgetBytes = 64 << 20 } = options;
  await insistOnBlocks(storage, folder);
  await storage.flushFolder(dirname(folder));
  await storage.flushFolder(folder); // what a killed agent renamed may be in memory only
  const recovered = await recover(storage, folder, options);
  const names = (await storage.list(folder)) ?? [];
  await renewYoungest(storage, folder, recovered, names, !lock.isNew);
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
  await forgetReason(storage, folder, names);
  await log.prepare((await storage.list(folder)) ?? [], !lock.isNew);
  const { keepBytes = budgetBytes / 4, checkpoint } = options;
  const unlock = async () => {
    await storage.end();
    lock.release();
  };
  return new SealedJournal(log, unlock, recovered, {
    clock: options.clock ?? systemClock,
    dropsOldest: options.whenFull === 'dropOldest',
    segmentBytes,
    checkpoint,
    keepBytes,
    budgetBytes,
    ...limitsOf(segmentBytes),
  });
}

/**
 * A power cut damages the 4 KiB of the medium that were being written. With smaller blocks a file system puts two commits, or a commit
 * and anything else, into the same 4 KiB, wherever they are in their files.
 */
async function insistOnBlocks(storage: Storage, folder: string): Promise<void> {
  const { blockBytes: bytes } = await storage.space(folder);
  if (bytes % blockBytes !== 0) throw new JournalError('journal/blockSize', { path: folder, bytes });
}
