// What is missing at the journal, by the code of its error: each trouble has a condition of its own. Pure.
import type { JournalErrorCode } from '../journal/journal-error.ts';
import type { JournalFailure } from '../journal/journal-failure.ts';
import type { LedgerStatus } from '../ledger/ledger-status.ts';
import { type Condition, type ConditionCode, conditionOf } from './condition-codes.ts';

/** Every code that is not here says that somebody has to decide: journal/stopped. */
const conditionOfCode: Partial<Record<JournalErrorCode, ConditionCode>> = {
  'journal/wrongKey': 'journal/key',
  'journal/inUse': 'journal/taken',
  'journal/lockLost': 'journal/taken',
  'journal/unreadable': 'journal/version',
  'journal/io': 'journal/disk',
  'journal/readOnly': 'journal/diskReadOnly',
  'journal/denied': 'journal/diskDenied',
  'journal/tooManyFiles': 'journal/openFiles',
  'journal/wrongType': 'journal/diskContent',
  'journal/blockSize': 'journal/diskBlocks',
};

const conditionOfLimit: Readonly<Record<string, ConditionCode>> = {
  budget: 'journal/reserve',
  inodes: 'journal/diskInodes',
};

/** The journal may not be used, or takes nothing. */
export function journalCondition({ code, limit, path }: JournalFailure): Condition {
  const full = code === 'journal/full' ? (conditionOfLimit[limit ?? ''] ?? 'journal/diskFull') : undefined;
  const condition = conditionOf(full ?? conditionOfCode[code] ?? 'journal/stopped');
  const what = [code, limit, path].filter(part => part !== undefined).join(', ');
  return { ...condition, hint: `${condition.hint} (${what}).` };
}

export function ledgerConditions(ledger: LedgerStatus, isHubThere: boolean): Condition[] {
  const { stopped, reserveReached, failure, standing } = ledger;
  if (stopped !== undefined) return [journalCondition({ code: stopped })];
  if (failure !== undefined) return [journalCondition(failure)];
  if (reserveReached) return [conditionOf('journal/reserve')];
  if (standing === 'hubBehind') return [conditionOf('journal/hubBehind')];
  return standing === 'unconfirmed' && isHubThere ? [conditionOf('journal/unconfirmed')] : [];
}
