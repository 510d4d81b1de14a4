// Which journal a command looks at, and with which keys: from the terminal's home, or from a folder and a key's file.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import { journalKeyBytes } from '../../agent/config/journal-keys.ts';
import { quarantineOf } from '../../agent/journal/quarantine.ts';
import { type LogName, logKind } from '../../agent/journal/segment-format.ts';
import type { Command, Values } from '../command-line/command.ts';
import { agentHomeOf, isThere } from '../home/agent-home.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export interface Source {
  folder: string;
  log: LogName;
  /** Empty: only the structure can be seen. */
  keys: readonly KeyObject[];
  /**
   * Whose journal it must be; absent for a folder that was named without a home. A folder that was named beside the home may
   * be of an earlier epoch of the terminal, for example one that was released: `orEarlier`.
   */
  owner?: { terminal: string; epoch: number; orEarlier: boolean };
}

export const sourceOptions = {
  home: { type: 'string', value: 'DIR', help: 'The home that `enrol` wrote: its journal, with its key' },
  folder: { type: 'string', value: 'DIR', help: 'A journal’s folder, also a copied or quarantined one' },
  'key-file': {
    type: 'string',
    value: 'FILE',
    help: 'The data key: 32 bytes, or 64 hex digits; former keys behind it',
  },
  log: { type: 'string', value: 'LOG', help: 'ledger or telemetry; default ledger' },
} as const satisfies Command['options'];

export const sourceNotes = `Name --home, or --folder, or both for a copy of the home's own journal, or one that was released. Nothing is changed or moved, and a running
agent is not disturbed. Where the home's journal was quarantined, that is read.`;

/** Folder of each log in the agent's home. */
const folders: Record<LogName, string> = { ledger: 'journal', telemetry: 'telemetry' };

/** Errors: provisioning/usage, provisioning/noJournal, provisioning/journalKey. */
export async function sourceOf({ home, folder, log = 'ledger', ...values }: Values): Promise<Source> {
  const keyFile = values['key-file'];
  if (log !== 'ledger' && log !== 'telemetry')
    throw new ProvisioningError('provisioning/usage', `--log is ${Object.keys(logKind).join(' or ')}.`);
  const given = typeof keyFile === 'string' ? await keysIn(keyFile) : undefined;
  if (typeof home !== 'string') {
    if (typeof folder !== 'string')
      throw new ProvisioningError('provisioning/usage', 'Missing: --home or --folder.');
    return { folder, log, keys: given ?? [] };
  }
  if (!(await isThere(home)))
    throw new ProvisioningError('provisioning/noJournal', `There is no folder ${home}.`);
  const agentHome = await agentHomeOf(home);
  const { terminal, epoch, journalKeys } = await readHome(agentHome).catch(cause => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProvisioningError('provisioning/journalKey', `${home} does not give its key. ${why}`, cause);
  });
  const keys = given ?? journalKeys;
  const owner = { terminal, epoch, orEarlier: typeof folder === 'string' };
  if (typeof folder === 'string') return { folder, log, keys, owner };
  const own = join(agentHome, folders[log]);
  const aside = quarantineOf(own);
  return { folder: (await isThere(aside)) ? aside : own, log, keys, owner };
}

/** One key after the other, raw or in hex: the one in use, then those before rotations. Errors: provisioning/journalKey. */
async function keysIn(path: string): Promise<KeyObject[]> {
  const refuse = (why: string, cause?: unknown) =>
    new ProvisioningError('provisioning/journalKey', `${path} ${why}.`, cause);
  const content = await readFile(path).catch(cause => {
    throw refuse('can’t be read', cause);
  });
  const text = content.toString('latin1').replace(/\s/g, '');
  const raw = /^[0-9a-fA-F]+$/.test(text) ? Buffer.from(text, 'hex') : content;
  try {
    if (raw.length === 0 || raw.length % journalKeyBytes !== 0) throw refuse('holds no key of 32 bytes');
    const starts = Array.from({ length: raw.length / journalKeyBytes }, (_, i) => i * journalKeyBytes);
    return starts.map(at => createSecretKey(raw.subarray(at, at + journalKeyBytes)));
  } finally {
    raw.fill(0);
    content.fill(0);
  }
}
