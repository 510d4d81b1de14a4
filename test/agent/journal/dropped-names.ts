// A disk that keeps every byte that was written, and drops every name that was not flushed with its folder: what POSIX allows at most
// (fsync(2): "does not necessarily ensure that the entry in the directory has also reached disk"). ext4 and XFS flush names with
// any file that is flushed after them, so no device under them can show this.
import { link, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nodeStorage, type Storage } from '../../../agent/journal/storage.ts';
import { failWith } from './journal-rig.ts';

export interface DroppingDisk {
  storage: Storage;
  /** Creates, renames, removes, writes, truncations and flushes that still succeed. Each after them fails, and changes nothing. */
  changesLeft: number;
  /** A power cut: every name is again as it was when its folder was last flushed. */
  cut(): Promise<void>;
}

/** `kept`: an empty folder on the same file system. */
export async function droppingDisk(kept: string): Promise<DroppingDisk> {
  await mkdir(kept, { recursive: true });
  let made = 0;
  let undo: { folder: string; back: () => Promise<unknown> }[] = [];
  const change = async <T>(work: () => Promise<T>): Promise<T> => {
    if (disk.changesLeft === 0) return failWith('EIO');
    disk.changesLeft--;
    return work();
  };
  const later = (path: string, back: () => Promise<unknown>) => undo.push({ folder: dirname(path), back });
  /** Where what stands at `path` lives on; undefined where nothing does. */
  const keep = async (path: string): Promise<string | undefined> => {
    const place = join(kept, `${++made}-${basename(path)}`);
    return link(path, place).then(
      () => place,
      () => undefined,
    );
  };
  const file = async (opening: ReturnType<Storage['open']>) => {
    const opened = await opening;
    return {
      isPastCache: opened.isPastCache === true,
      size: () => opened.size(),
      read: (at: number, length: number, room?: Buffer) => opened.read(at, length, room),
      write: (bytes: Buffer, at: number) => change(() => opened.write(bytes, at)),
      flush: () => change(() => opened.flush()),
      truncate: (size: number) => change(() => opened.truncate(size)),
      close: () => opened.close(),
    };
  };
  const storage: Storage = {
    ...nodeStorage,
    open: path => file(nodeStorage.open(path)),
    openDurable: path => file(nodeStorage.openDurable(path)),
    create: path =>
      change(async () => {
        const was = await keep(path);
        if (!was) later(path, () => rm(path, { force: true }));
        return file(nodeStorage.create(path));
      }),
    rename: (from, to) =>
      change(async () => {
        const was = await keep(to);
        await nodeStorage.rename(from, to);
        later(from, async () => {
          await rename(to, from);
          if (was) await rename(was, to);
        });
      }),
    remove: path =>
      change(async () => {
        const was = await keep(path);
        await nodeStorage.remove(path);
        if (was) later(path, () => rename(was, path));
      }),
    flushFolder: folder =>
      change(async () => {
        undo = undo.filter(one => one.folder !== folder);
      }),
  };
  const disk: DroppingDisk = {
    storage,
    changesLeft: Infinity,
    cut: async () => {
      for (const { back } of undo.splice(0).reverse()) await back();
    },
  };
  return disk;
}
