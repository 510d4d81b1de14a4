// The machine that the model judges: ours, or a copy of its folder in which one piece of text was changed.
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stateMs } from '../../../../agent/transaction/deadlines.ts';
import { next } from '../../../../agent/transaction/next.ts';
import { isEnded } from '../../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../../agent/transaction/transaction-log.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';

export interface Machine {
  next: typeof next;
  stateMs: typeof stateMs;
  isEnded: typeof isEnded;
  TransactionLog: typeof TransactionLog;
}

export const ours: Machine = { next, stateMs, isEnded, TransactionLog };

export interface Change {
  file: `${string}.ts`;
  find: string;
  put: string;
}

const root = resolve(import.meta.dirname, '../../../..');

/** Runs `use` with the changed machine. Throws where a text to be changed is not in its file exactly once. */
export async function withChanged<T>(
  changes: readonly Change[],
  use: (machine: Machine) => Promise<T>,
): Promise<T> {
  const copy = temporaryFolder('madoguchi-model');
  try {
    await mkdir(join(copy, 'agent'));
    for (const same of ['node_modules', 'package.json', 'drivers', 'agent/protocol', 'agent/journal'])
      await symlink(join(root, same), join(copy, same));
    const folder = join(copy, 'agent/transaction');
    await cp(join(root, 'agent/transaction'), folder, { recursive: true });
    for (const { file, find, put } of changes) {
      const [before, after, more] = (await readFile(join(folder, file), 'utf8')).split(find);
      if (before === undefined || after === undefined || more !== undefined)
        throw new Error(`In ${file} this must stand exactly once: ${find}`);
      await writeFile(join(folder, file), before + put + after);
    }
    const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
    const files = ['next.ts', 'deadlines.ts', 'state.ts', 'transaction-log.ts'];
    return await use(Object.assign({}, ...(await Promise.all(files.map(load)))) as Machine);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
