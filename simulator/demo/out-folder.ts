// The folder that a demo leaves behind: emptied of the previous demo's papers, and one for each of two demos at once.
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const lockName = '.demo.pid';
/** What a demo writes; nothing else in the folder is touched. */
const ours = /^(\d+-[a-z-]+(-\d+)?\.(pdf|png)|index\.html|timeline\.json|ledger\.json|log\.jsonl)$/;

export interface OutFolder {
  path: string;
  release(): Promise<void>;
}

/** `wanted`, or the first of `wanted`-2, -3 … that no running demo has. */
export async function takeOutFolder(wanted: string): Promise<OutFolder> {
  for (let nth = 1; ; nth++) {
    const path = nth === 1 ? wanted : `${wanted}-${nth}`;
    await mkdir(path, { recursive: true });
    if (!(await lock(join(path, lockName)))) continue;
    for (const name of await readdir(path)) if (ours.test(name)) await rm(join(path, name));
    return { path, release: () => rm(join(path, lockName), { force: true }) };
  }
}

/** False when a running demo holds it; the lock of one that was killed is taken over. */
async function lock(file: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
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
