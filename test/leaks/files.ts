// The files that a terminal leaves, and its journal, decrypted by its key.
import { createSecretKey } from 'node:crypto';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import type { Place } from './streams.ts';

/** Each file below `folder`; sockets and devices are none. */
export async function filesIn(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(files.map(async where => ({ where, bytes: await readFile(where) })));
}

/** Checkpoint and entries of the journal in `home` (as enrolment wrote it), decrypted. Reads a copy: the agent may run. */
export async function journalIn(home: string): Promise<Place[]> {
  const copy = temporaryFolder('journal');
  try {
    await cp(join(home, 'journal'), join(copy, 'journal'), { recursive: true });
    const { terminal, epoch } = JSON.parse(await readFile(join(home, 'agent.json'), 'utf8'));
    const key = createSecretKey(await readFile(join(home, 'keys/journal-data.bin')));
    const checkpoint = () => ({ body: Buffer.alloc(0) });
    const journal = await openJournal({
      log: 'ledger',
      ...{ folder: join(copy, 'journal'), terminal, epoch, dataKeys: [key], checkpoint },
    });
    const entries = await journal.read(0, { limit: 10_000 });
    await journal.close();
    return entries.map(({ seq, body }) => ({ where: `journal entry ${seq}`, bytes: body }));
  } finally {
    await rm(copy, { recursive: true });
  }
}
