// Hands a journal's folder to the second reader (journal.py) and returns what it read, or why it refused.
import { spawnSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { JournalOptions } from '../../agent/journal/journal-options.ts';

/** `type` in words; bytes in hex. `seq` of an entry only. */
export interface ReadRecord {
  segment: number;
  type: 'entry' | 'checkpoint' | 'acknowledgement' | 'closed';
  seq?: number;
  tag: string;
  body: string;
}

const script = fileURLToPath(new URL('journal.py', import.meta.url));
const hex = (key: KeyObject): string => key.export().toString('hex');

/** The records in order, or the code of the refusal. */
export function readJournalAgain({
  folder,
  log,
  terminal,
  epoch,
  dataKeys,
}: JournalOptions): ReadRecord[] | string {
  const input = JSON.stringify({ folder, log, terminal, epoch, keys: dataKeys.map(hex) });
  // Debian's own, which has cryptography, whatever Python is first in PATH
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-B', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const lines = stdout.trim().split('\n').filter(Boolean);
  const read = lines.map(line => JSON.parse(line) as ReadRecord);
  if (status === 0) return read;
  const [refusal] = read as unknown as { refused?: string }[];
  if (!refusal?.refused) throw new Error(`The second reader failed (${status}):\n${stderr}`);
  return refusal.refused;
}
