// Writes files durably: flushed, then the folders that have their names. One file in place of another goes to a temporary name
// first: after a power cut the old one is there, or the new one.
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nodeStorage } from '../../agent/journal/storage.ts';
import { ProvisioningError } from '../provisioning-error.ts';

/** Paths within the folder (with `/`) to what they hold. */
export type Tree = Readonly<Record<string, Buffer | string>>;

/** Writes one file into a folder that is there: the old one stands until the new one is whole. Mode 0600. */
export async function replaceFile(path: string, content: Buffer | string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await orDisk(async () => {
    await writeFlushed(temporary, content);
    await rename(temporary, path);
    await nodeStorage.flushFolder(dirname(path));
  });
}

/** Adds files to a folder; each is flushed, with its name, when this resolves. Errors: the system’s. */
export async function writeAll(folder: string, tree: Tree): Promise<void> {
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

/** Errors: provisioning/disk, in place of the system’s. */
export async function orDisk<T>(work: () => Promise<T>): Promise<T> {
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

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
