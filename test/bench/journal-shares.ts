// What one record alone waits for, and what of it is the disk's: the durable write of its block, as the journal makes it, from
// Node's thread pool, and as a program that may stand still could make it.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeStorage } from '../../agent/journal/storage.ts';
import type { Figures } from './benchmark.ts';

const blockBytes = 4096;
const count = 300;

/** `perSecond` is what the journal took alone, in this round. */
export async function addShares(figures: Figures, folder: string, perSecond: number): Promise<void> {
  const path = join(folder, 'blocks');
  await writeFile(path, Buffer.alloc(count * blockBytes), { flush: true });
  const block = randomBytes(blockBytes);
  const file = await nodeStorage.openDurable(path);
  const pooled = await timed(nth => file.write(block, nth * blockBytes));
  await file.close();
  const still = openSync(path, constants.O_RDWR | constants.O_DSYNC);
  const direct = await timed(nth => writeSync(still, block, 0, blockBytes, nth * blockBytes));
  closeSync(still);
  await rm(path);
  figures.add('  a record alone', 'us', 1e6 / perSecond);
  figures.add('    of it, its block is written and flushed', 'us', pooled);
  figures.add('      and of that, without the way to a thread and back', 'us', direct);
}

/** Microseconds of one. */
async function timed(write: (nth: number) => unknown): Promise<number> {
  const began = performance.now();
  for (let nth = 0; nth < count; nth++) await write(nth);
  return ((performance.now() - began) / count) * 1000;
}
