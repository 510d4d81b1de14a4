// One transaction as the journal has it: its id as a person writes it, its steps in order, and its end.
import { recordType, type SealedRecord } from '../../agent/journal/commit-format.ts';
import { type LedgerRecord, readRecord } from '../../agent/protocol/ledger.ts';
import { readCheckpoint } from '../../agent/transaction/checkpoint.ts';
import { type Event, readEvent } from '../../agent/transaction/event.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { readKnown } from './entry.ts';

/** `entry`: absent where the step's segment was given up and only a checkpoint still has the event. */
export interface RecordedStep {
  event: Event;
  entry?: { seq: number; at: string; wall: number };
}

export type RecordedEnd = Extract<LedgerRecord, { type: 'end' }>;

/** Evidence that the gate signed after the end. */
export type RecordedEvidence = Extract<LedgerRecord, { type: 'evidence' }>;

export interface Incident {
  transaction: string;
  steps: readonly RecordedStep[];
  end?: RecordedEnd;
  evidence?: RecordedEvidence;
}

/** 32 lower-case hex digits of an id that may stand in groups, as on a claim slip. Errors: provisioning/usage. */
export function transactionOf(text: string): string {
  const id = text.replace(/[\s-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new ProvisioningError('provisioning/usage', `${text} is no transaction: 32 hex digits.`);
  return id;
}

export const unknownTransaction = (transaction: string): ProvisioningError =>
  new ProvisioningError('provisioning/noTransaction', `Transaction ${transaction} is not in this journal.`);

/** Errors: provisioning/noTransaction, provisioning/halfTransaction. */
export function incidentOf(records: readonly SealedRecord[], transaction: string): Incident {
  const steps: RecordedStep[] = [];
  let end: RecordedEnd | undefined;
  let evidence: RecordedEvidence | undefined;
  for (const { type, seq, body } of records) {
    if (type === recordType.checkpoint && steps.length === 0) {
      const open = readKnown(() => readCheckpoint(body)).value?.find(one => one.transaction === transaction);
      for (const event of open?.events ?? []) steps.push({ event });
    }
    if (type !== recordType.entry) continue;
    const record = readKnown(() => readRecord(body)).value;
    if (!record || record.type === 'start' || record.transaction.toString('hex') !== transaction) continue;
    if (record.type === 'evidence') {
      evidence = record;
      continue;
    }
    if (record.type === 'end') {
      if (steps.length === 0) throw half(transaction, 'its end is here, its steps are not');
      end = record;
      continue;
    }
    const { step, at, wall } = record;
    if (step > steps.length) throw half(transaction, `step ${steps.length} is missing`);
    const event = readKnown(() => readEvent(record.event)).value;
    if (!event) throw half(transaction, `step ${step} is of another version of the agent`);
    steps[step] = { event, entry: { seq, at, wall } };
  }
  if (steps.length === 0) throw unknownTransaction(transaction);
  return { transaction, steps, ...(end && { end }), ...(evidence && { evidence }) };
}

const half = (transaction: string, why: string) =>
  new ProvisioningError(
    'provisioning/halfTransaction',
    `Transaction ${transaction} is here in part only: ${why}.`,
  );
