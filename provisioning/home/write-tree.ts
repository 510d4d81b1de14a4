// Writes files durably, a whole folder or one file: to a temporary name, flushed, renamed, then the folder flushed. After a
// power cut everything is there, or nothing of it.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** Paths within the folder (with `/`) to what they hold. */
export type Tree = Readonly<Record<string, Buffer | string>>;

/** A folder that is being written beside its place. */
export interface Draft {
  /** Adds files; each is flushed when this resolves. */
  write(tree: Tree): Promise<void>;
  remove(files: readonly string[]): Promise<void>;
  /** Moves the draft, in place of what is there. */
  moveTo(place: string): Promise<void>;
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
  let draft = `${target}.draft-${randomBytes(6).toString('hex')}`;
  await orDisk(() => makeFolder(draft));
  return {
    write: tree => orDisk(() => writeAll(draft, tree)),
    remove: files => orDisk(async () => void (await Promise.all(files.map(name => rm(join(draft, name)))))),
    moveTo: to =>
      orDisk(async () => {
        await rm(to, { recursive: true, force: true });
        await rename(draft, to);
        draft = to;
        await nodeStorage.flushFolder(dirname(to));
      }),
    commit: () =>
      orDisk(async () => {
        await rename(draft, target); // over an empty folder too (POSIX rename)
        await nodeStorage.flushFolder(dirname(target));
      }),
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

/** Step by step: Node's own recursive mkdir never ends where a file system has no new folders, such as /proc (Node 24). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const above = await stat(dirname(path)).catch(() => undefined);
    if (codeOf(error) !== 'ENOENT' || above) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
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
