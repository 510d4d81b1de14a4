// The ledger's journal on disk: opened, or the reason why it may not be used, with what a consent to leave it behind is given to.
import { join } from 'node:path';
import { failure } from '../../drivers/base/log.ts';
import type { AgentParts, Stopped } from '../agent-parts.ts';
import { destroyUnusedKeys, readJournalKeys } from '../config/journal-keys.ts';
import type { Checkpoint, Journal } from '../journal/journal.ts';
import {
  isDiskTrouble,
  isForeignToHub,
  isTampering,
  type JournalError,
  needsDecision,
} from '../journal/journal-error.ts';
import { journalFailure } from '../journal/journal-failure.ts';
import { openJournal } from '../journal/open-journal.ts';
import { evidenceIn, quarantined, setAside } from '../journal/quarantine.ts';
import { nodeStorage } from '../journal/storage.ts';

/** What the ledger needs of its agent. */
export type LedgerParts = Pick<AgentParts, 'folder' | 'home' | 'contract' | 'clock' | 'log'>;

/** What is made of the journal's records. `Open`: the transactions that have not ended. */
export interface Fold<Open> {
  /** Errors: journal/unreadable. */
  resume(journal: Journal): Open;
  checkpoint(): Checkpoint;
}

const folderOf = ({ folder }: LedgerParts): string => join(folder, 'journal');

/** Errors: journal/inUse: the agent that has it serves. */
export async function openLedgerJournal<Open>(
  parts: LedgerParts,
  fold: Fold<Open>,
): Promise<{ journal: Journal; open: Open } | { stopped: Stopped }> {
  const { terminal, epoch, journalKeys } = parts.home;
  const keys = join(parts.folder, 'keys');
  const options = {
    ...({ log: 'ledger', terminal, epoch, dataKeys: journalKeys } as const),
    sealingKey: async () => (await readJournalKeys(keys))[0], // an operator may have put another one in
    checkpoint: () => fold.checkpoint(),
  };
  try {
    const journal = await openJournal({ ...options, folder: folderOf(parts) });
    const open = await resumed(journal, fold);
    await tidyKeys(parts);
    return { journal, open };
  } catch (error) {
    if (!needsDecision(error) && !isDiskTrouble(error)) throw error;
    parts.log.error('journal not opened', { ...failure(error), ...error.detail });
    return { stopped: await stoppedFor(parts, error) };
  }
}

/** The next start tries it again. */
async function tidyKeys({ folder, log }: LedgerParts): Promise<void> {
  try {
    const destroyed = await destroyUnusedKeys(folder);
    if (destroyed.length > 0) log.info('journal keys destroyed', { keys: destroyed.join(' ') });
  } catch (error) {
    log.warn('journal keys not destroyed', failure(error));
  }
}

/** A journal that cannot be read is closed as it was found. */
async function resumed<Open>(journal: Journal, fold: Fold<Open>): Promise<Open> {
  try {
    return fold.resume(journal);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** What an alarm leads to once the journal is closed: one that is not the hub's, or was tampered with, is set aside. */
export async function stopJournal(parts: LedgerParts, alarm: JournalError): Promise<Stopped> {
  if (isForeignToHub(alarm) || isTampering(alarm))
    await setAside(nodeStorage, folderOf(parts), alarm).catch(
      error => parts.log.error('journal not set aside', failure(error)), // the next start finds the same
    );
  return stoppedFor(parts, alarm);
}

/** Without evidence where the disk does not read it. */
async function stoppedFor(parts: LedgerParts, error: JournalError): Promise<Stopped> {
  const { code } = error;
  if (isDiskTrouble(error)) return journalFailure(error);
  const folder = folderOf(parts);
  const found = await quarantined(nodeStorage, folder).catch(() => undefined);
  if (found) return { code: found.code, evidence: found.evidence };
  if (code !== 'journal/unreadable') return { code };
  const evidence = await evidenceIn(nodeStorage, folder).catch(() => undefined);
  return { code, ...(evidence && { evidence }) };
}

/** Why the journal still cannot be used; undefined where it opens and takes what `write` appends. Errors: journal/inUse. */
export async function whyStopped<Open>(
  parts: LedgerParts,
  fold: Fold<Open>,
  write: () => Promise<void>,
): Promise<Stopped | undefined> {
  const opened = await openLedgerJournal(parts, fold);
  if ('stopped' in opened) return opened.stopped;
  try {
    await write();
    return undefined;
  } catch (error) {
    if (isDiskTrouble(error)) return journalFailure(error);
    throw error;
  } finally {
    await opened.journal.close();
  }
}
