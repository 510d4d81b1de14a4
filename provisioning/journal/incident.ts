// One transaction as the journal has it: its steps in order, and its end.
import { recordType, type SealedRecord } from '../../agent/journal/commit-format.ts';
import { type LedgerRecord, readRecord } from '../../agent/protocol/ledger.ts';
import { type Event, readEvent } from '../../agent/transaction/event.ts';
import { readCheckpoint } from '../../agent/transaction/transaction-log.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { unknownTransaction } from './transaction-id.ts';
import { understood } from './understood.ts';

/** `entry`: nothing for a step whose segment was given up, and that a checkpoint still has. */
export interface RecordedStep {
  event: Event;
  entry?: { seq: number; at: string; wall: number };
}

export type RecordedEnd = Extract<LedgerRecord, { type: 'end' }>;

export interface Incident {
  transaction: string;
  steps: readonly RecordedStep[];
  end?: RecordedEnd;
}

/** Errors: provisioning/noTransaction, provisioning/halfTransaction. */
export function incidentOf(records: readonly SealedRecord[], transaction: string): Incident {
  const steps: RecordedStep[] = [];
  let end: RecordedEnd | undefined;
  for (const { type, seq, body } of records) {
    if (type === recordType.checkpoint && steps.length === 0) {
      const open = understood(() => readCheckpoint(body)).value?.find(one => one.transaction === transaction);
      for (const event of open?.events ?? []) steps.push({ event });
    }
    if (type !== recordType.entry) continue;
    const record = understood(() => readRecord(body)).value;
    if (!record || record.type === 'start' || record.transaction.toString('hex') !== transaction) continue;
    if (record.type === 'end') {
      if (steps.length === 0) throw half(transaction, 'its end is here, its steps are not');
      end = record;
      continue;
    }
    const { step, at, wall } = record;
    if (step > steps.length) throw half(transaction, `step ${steps.length} is missing`);
    const event = understood(() => readEvent(record.event)).value;
    if (!event) throw half(transaction, `step ${step} is of another version of the agent`);
    steps[step] = { event, entry: { seq, at, wall } };
  }
  if (steps.length === 0) throw unknownTransaction(transaction);
  return { transaction, steps, ...(end && { end }) };
}

const half = (transaction: string, why: string) =>
  new ProvisioningError(
    'provisioning/halfTransaction',
    `Transaction ${transaction} is here in part only: ${why}.`,
  );
