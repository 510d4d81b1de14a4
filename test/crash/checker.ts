// Writes a state to an image, has the kernel mount it as after a power cut, and opens the journal on it.
import { closeSync, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../agent/journal/journal.ts';
import type { Found } from './judge.ts';
import { startKeeper } from './keeper.ts';
import type { Piece } from './replay.ts';

/** Opens the journal that is in a mounted file system. */
export type Open = (mountPoint: string) => Promise<Journal>;

export interface Checker {
  /** What is found, or the code with which the journal (or the kernel) refused. Writes the image before it returns for the first time. */
  check(durable: Uint8Array, pieces: readonly Piece[], open: Open): Promise<Found | string>;
  close(): Promise<void>;
}

export async function startChecker(bytes: number, fileSystem: 'ext4' | 'xfs' = 'ext4'): Promise<Checker> {
  const keeper = startKeeper(existsSync('/dev/shm') ? '/dev/shm' : undefined);
  const [image, mountPoint] = [join(keeper.folder, 'image'), join(keeper.folder, 'mnt')];
  await keeper.run(`mkdir ${mountPoint}`);
  const file = openSync(image, 'w+');
  ftruncateSync(file, bytes);
  const loop = await keeper.run(`losetup --find --show ${image}`);
  return {
    async check(durable, pieces, open) {
      writeSync(file, durable, 0, durable.length, 0);
      for (const { data, offset } of pieces) writeSync(file, data, 0, data.length, offset);
      const mounted = await keeper
        .run(`blockdev --flushbufs ${loop} && mount -n -i -t ${fileSystem} ${loop} ${mountPoint}`)
        .then(
          () => true,
          () => false,
        );
      if (!mounted) return 'no file system';
      try {
        return await look(mountPoint, open);
      } finally {
        await keeper.run(`umount -n -i ${mountPoint}`);
      }
    },
    async close() {
      closeSync(file);
      await keeper.close();
    },
  };
}

async function look(mountPoint: string, open: Open): Promise<Found | string> {
  try {
    const journal = await open(mountPoint);
    try {
      return await found(journal);
    } finally {
      await journal.close();
    }
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** Reads everything, and appends once more: a journal that takes nothing although there is room has failed. */
async function found(journal: Journal): Promise<Found> {
  const { checkpoint, entries } = journal.recovered;
  const found: Found = {
    entries: await journal.read(journal.acknowledged.seq, { limit: Infinity }),
    last: journal.last.seq,
    cursor: journal.acknowledged.seq,
    checkpoint: checkpoint?.readUInt32BE(0) ?? 0,
    behindCheckpoint: entries.map(({ seq }) => seq),
  };
  const seq = await journal.append(Buffer.from('after the power cut')).then(
    position => position.seq,
    (error: { code?: string }) => {
      if (error.code === 'journal/full') return found.last + 1;
      throw error;
    },
  );
  if (seq !== found.last + 1) throw new Error(`${seq} was appended behind ${found.last}`);
  return found;
}
