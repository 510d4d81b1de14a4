// A device that answers EIO to a commit and to its retry, an agent that starts again on the same page cache, then a power cut.
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Journal } from '../../agent/journal/journal.ts';
import { body, numberOf, smallJournal } from '../agent/journal/journal-rig.ts';
import { refusedWith } from '../refusal.ts';
import type { Device } from './device.ts';
import type { OpenJournal } from './workload.ts';

const numbersIn = async (journal: Journal): Promise<number[]> =>
  (await journal.read(0, { limit: 99 })).map(entry => numberOf(entry.body));

/** Fails where the refused record comes back, or where anything that was acknowledged is gone. */
export async function refusedAndGone(
  mountPoint: string,
  device: Device,
  openJournal: OpenJournal,
): Promise<void> {
  const options = smallJournal(join(mountPoint, 'ledger'));
  const first = await openJournal(options);
  for (let n = 1; n <= 3; n++) await first.append(body(n));
  await first.health(); // the spare files are made: nothing else is written
  await device.order({ failWrites: 2 });
  await refusedWith('journal/io', () => first.append(body(4)));
  await first.close();
  await device.order({});
  const second = await openJournal(options);
  try {
    assert.equal(await numbersIn(second), [1, 2, 3], 'what was refused came back out of the page cache');
    for (let n = 5; n <= 6; n++) await second.append(body(n));
  } finally {
    await second.close();
  }
  await device.unmount();
  await device.mount();
  const third = await openJournal(options);
  try {
    assert.equal(await numbersIn(third), [1, 2, 3, 5, 6]);
  } finally {
    await third.close();
  }
}
