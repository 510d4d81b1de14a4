// Writes the youngest segment anew before anything follows it. What recovery takes up is durable then, whatever the disk made of the
// former file: a flush reports a failed write once only, and not every file system can be read past its page cache. Whoever
// still has the former file open, after the lock was lost, can no longer reach the journal with it.
import { join } from 'node:path';
import { isJournalError } from './journal-error.ts';
import type { Recovered } from './recovery.ts';
import { segmentName } from './segment-format.ts';
import { isSpare } from './spares.ts';
import { type Storage, writeAll } from './storage.ts';

const suffix = '.segment.new';

/**
 * `names`: what is in the folder. `mayUseSpare`: whether a spare file may be used where the disk has no room for one more file. Nothing
 * changes in the content.
 * Errors: journal/full, journal/io and the like; the former file is then as it was.
 */
export async function renewYoungest(
  storage: Storage,
  folder: string,
  { segments, youngest }: Recovered,
  names: readonly string[],
  mayUseSpare: boolean,
): Promise<void> {
  for (const name of names) if (name.endsWith(suffix)) await storage.remove(join(folder, name)); // of a start that was cut off
  const last = segments.at(-1);
  if (!last || !youngest) return;
  const path = join(folder, segmentName(last.number));
  const fresh = `${path}.new`;
  await writeNew(storage, fresh, youngest).catch(async error => {
    await storage.remove(fresh);
    const isFull = isJournalError(error) && error.code === 'journal/full';
    const spare = names.find(isSpare);
    if (!isFull || !mayUseSpare || spare === undefined) throw error;
    await storage.rename(join(folder, spare), fresh);
    await overwrite(storage, fresh, youngest);
  });
  await storage.rename(fresh, path);
  await storage.flushFolder(folder);
}

async function writeNew(storage: Storage, path: string, bytes: Buffer): Promise<void> {
  const file = await storage.create(path);
  try {
    await writeAll(file, bytes, 0);
    await file.flush();
  } finally {
    await file.close();
  }
}

/** In the blocks that the file has. */
async function overwrite(storage: Storage, path: string, bytes: Buffer): Promise<void> {
  const file = await storage.open(path);
  try {
    await writeAll(file, bytes, 0);
    await file.truncate(bytes.length);
    await file.flush();
  } finally {
    await file.close();
  }
}
