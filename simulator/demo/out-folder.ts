// The folder that a demo leaves behind: what the previous one left there is put away, and each of two demos at once has its own.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OptionError } from './options.ts';

const lockName = '.demo.pid';
/** What a demo writes; nothing else in the folder is touched. */
const ours = /^(\d+-[a-z-]+(-\d+)?\.(pdf|png)|index\.html|timeline\.json|ledger\.json|log\.jsonl)$/;

export interface OutFolder {
  path: string;
  release(): Promise<void>;
}

/** `wanted`, or the first of `wanted`-2, -3 … that no running demo has. Errors: OptionError where no file can be written there. */
export async function takeOutFolder(wanted: string): Promise<OutFolder> {
  try {
    for (let nth = 1; ; nth++) {
      const path = nth === 1 ? wanted : `${wanted}-${nth}`;
      await makeFolder(resolve(path));
      if (!(await lock(join(path, lockName)))) continue;
      await putAway(path);
      return { path, release: () => rm(join(path, lockName), { force: true }) };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new OptionError(
      `--out ${wanted}: ${(error as Error).message}; choose a folder in which files can be written`,
    );
  }
}

/** Moves what an earlier demo has left to `before-1`, `before-2` …: whoever wants it gone removes it. */
async function putAway(path: string): Promise<void> {
  const names = await readdir(path);
  const left = names.filter(name => ours.test(name));
  if (left.length === 0) return;
  const taken = names.map(name => Number(/^before-(\d+)$/.exec(name)?.[1] ?? 0));
  const place = join(path, `before-${Math.max(...taken) + 1}`);
  await mkdir(place);
  for (const name of left) await rename(join(path, name), join(place, name));
}

/** Step by step: Node's own recursive mkdir never ends where a file system has no new folders, such as /proc (Node 24). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** False when a running demo holds it; the lock of one that was killed is taken over. */
async function lock(file: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, 'wx');
      try {
        await handle.writeFile(String(process.pid));
      } finally {
        await handle.close();
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (isRunning(Number(await readFile(file, 'utf8').catch(() => '0')))) return false;
      await rm(file, { force: true });
    }
  }
  return false;
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there, but another user's
  }
}
