// A disk that gets full under the journal, at another place in a spare file each time, and has room again.
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Journal } from '../../agent/journal/journal.ts';
import type { History } from './history.ts';
import { openUnder, type Rig } from './workload.ts';

const segment = 64 << 10;

/** `steps` times: full, acknowledged, full again, relieved, opened again. Errors: those of the journal other than journal/full. */
export async function full({ mountPoint, openJournal, history, random }: Rig, steps: number): Promise<void> {
  let journal = await openUnder(mountPoint, openJournal);
  await history.takeOver(journal);
  for (let step = 0; step < steps; step++) {
    const fillers = [join(mountPoint, 'filler-1'), join(mountPoint, 'filler-2')] as const;
    await fill(fillers[0], mountPoint, segment + Math.floor(random() * segment));
    await appendUntilFull(journal, history, random);
    await history.acknowledge(journal, journal.last);
    await fill(fillers[1], mountPoint, Math.floor(random() * 3) * 4096);
    await appendUntilFull(journal, history, random);
    for (const filler of fillers) await rm(filler);
    await history.append(journal, 300, random);
    await journal.close();
    journal = await openUnder(mountPoint, openJournal);
  }
  await journal.close();
}

/** Leaves `room` bytes free, in whole blocks. */
async function fill(filler: string, mountPoint: string, room: number): Promise<void> {
  const { bavail, bsize } = await statfs(mountPoint);
  const bytes = Buffer.alloc(Math.max(0, bavail * bsize - room));
  await writeFile(filler, bytes, { flush: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error; // the file system took a block for itself: full all the same
  });
}

/** Three at once: a commit of several blocks, of which some may find room and others not. */
async function appendUntilFull(journal: Journal, history: History, random: () => number): Promise<void> {
  const one = () => history.append(journal, 4000 + Math.floor(random() * 4000), random);
  for (let n = 0; n < 100; n++) {
    const outcomes = await Promise.allSettled([one(), one(), one()]);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (!refused) continue;
    if (refused.reason.code === 'journal/full') return;
    throw refused.reason;
  }
  throw new Error('the disk did not get full');
}
