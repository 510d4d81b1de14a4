// Writes files durably, a whole folder or one file: to a temporary name, flushed, renamed, then the folder flushed. After a
// power cut everything is there, or nothing of it.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** Paths within the folder (with `/`) to what they hold. */
export type Tree = Readonly<Record<string, Buffer | string>>;

/** A folder that is being written beside its place. */
export interface Draft {
  /** Adds files; each is flushed when this resolves. */
  write(tree: Tree): Promise<void>;
  /** Puts the folder in its place by one rename. */
  commit(): Promise<void>;
  /** Removes what was not committed. Safe to call after `commit`. */
  discard(): Promise<void>;
}

/**
 * Begins a folder that will become `place`. Files get mode 0600, folders 0700.
 * Errors: provisioning/homeInUse where something is there already; provisioning/disk where nothing can be written.
 */
export async function draftOf(place: string): Promise<Draft> {
  const target = resolve(place);
  if ((await entriesOf(target)).length > 0)
    throw new ProvisioningError('provisioning/homeInUse', `${place} is in use.`);
  const draft = `${target}.draft-${randomBytes(6).toString('hex')}`;
  await orDisk(() => mkdir(draft, { recursive: true, mode: 0o700 }));
  return {
    write: tree => orDisk(() => writeAll(draft, tree)),
    commit: () =>
      orDisk(async () => {
        await rename(draft, target); // over an empty folder too (POSIX rename)
        await nodeStorage.flushFolder(dirname(target));
      }),
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

/** Writes one file into a folder that is there: the old one stands until the new one is whole. Mode 0600. */
export async function replaceFile(path: string, content: Buffer | string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await orDisk(async () => {
    await writeFlushed(temporary, content);
    await rename(temporary, path);
    await nodeStorage.flushFolder(dirname(path));
  });
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new ProvisioningError('provisioning/disk', `${folder} is no folder that can be read.`, error);
  }
}

async function writeAll(folder: string, tree: Tree): Promise<void> {
  const folders = new Set([folder]);
  for (const [path, content] of Object.entries(tree)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFlushed(file, content);
    for (let up = dirname(file); up.startsWith(folder); up = dirname(up)) folders.add(up);
  }
  for (const one of folders) await nodeStorage.flushFolder(one);
}

async function writeFlushed(path: string, content: Buffer | string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function orDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ProvisioningError(
      'provisioning/disk',
      `Writing failed (${codeOf(cause) ?? 'unknown'}).`,
      cause,
    );
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
