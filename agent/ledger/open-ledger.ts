// The ledger's journal of an agent: opened, or the reason why it may not be used, with what lies in quarantine.
import { join } from 'node:path';
import { failure } from '../../drivers/base/log.ts';
import type { AgentParts, Stopped } from '../agent-parts.ts';
import { destroyUnusedKeys, readJournalKeys } from '../config/journal-keys.ts';
import type { Checkpoint, Journal } from '../journal/journal.ts';
import { isForeignToHub, isTampering, type JournalError, needsDecision } from '../journal/journal-error.ts';
import { openJournal } from '../journal/open-journal.ts';
import { quarantined, setAside } from '../journal/quarantine.ts';
import { nodeStorage } from '../journal/storage.ts';

const folderOf = ({ folder }: AgentParts): string => join(folder, 'journal');

/** Errors: journal/inUse, journal/io, journal/full. */
export async function openLedgerJournal(
  parts: AgentParts,
  checkpoint: () => Checkpoint,
): Promise<{ journal: Journal } | { stopped: Stopped }> {
  const { terminal, epoch, journalKeys } = parts.home;
  const keys = join(parts.folder, 'keys');
  const options = {
    ...({ log: 'ledger', terminal, epoch, dataKeys: journalKeys } as const),
    sealingKey: async () => (await readJournalKeys(keys))[0], // an operator may have put another one in
  };
  try {
    const journal = await openJournal({ ...options, folder: folderOf(parts), checkpoint });
    const destroyed = await destroyUnusedKeys(parts.folder);
    if (destroyed.length > 0) parts.log.info('journal keys destroyed', { keys: destroyed.join(' ') });
    return { journal };
  } catch (error) {
    if (!needsDecision(error)) throw error;
    parts.log.error('journal not opened', failure(error));
    return { stopped: await stoppedFor(parts, error) };
  }
}

/** What an alarm about a journal comes to that is closed now: one that is not the hub's, or was tampered with, is set aside. */
export async function stopJournal(parts: AgentParts, alarm: JournalError): Promise<Stopped> {
  if (isForeignToHub(alarm) || isTampering(alarm))
    await setAside(nodeStorage, folderOf(parts), alarm).catch(
      error => parts.log.error('journal not set aside', failure(error)), // it is found out again at the next start
    );
  return stoppedFor(parts, alarm);
}

async function stoppedFor(parts: AgentParts, { code }: JournalError): Promise<Stopped> {
  const found = await quarantined(nodeStorage, folderOf(parts)).catch(() => undefined); // it cannot be read: no evidence
  return found ? { code: found.code, evidence: found.evidence } : { code };
}
