// The records that a command works on: all of a sound journal, or, where that is asked for, what still opens.
import type { SealedRecord } from '../../agent/journal/commit-format.ts';
import type { Command, Values } from '../command-line/command.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { lookAt } from './examination.ts';
import { faultLines } from './fault-lines.ts';
import { salvage } from './salvage.ts';
import type { Source } from './source.ts';

export const salvageOption = {
  salvage: { type: 'boolean', help: 'Of a journal that was tampered with: what still opens' },
} as const satisfies Command['options'];

/**
 * In order. `faults`: as lines for a person; where there are any, `records` are those that still open, or none without
 * `--salvage`. Errors: provisioning/usage, provisioning/noJournal, provisioning/journalKey.
 */
export async function openRecords(
  values: Values,
): Promise<{ source: Source; records: readonly SealedRecord[]; faults: readonly string[] }> {
  const { source, snapshot, segments, faults, journal } = await lookAt(values);
  if (source.keys.length === 0)
    throw new ProvisioningError('provisioning/journalKey', 'Records open with the data key only.');
  const records = journal
    ? journal.segments.flatMap(segment => segment.records)
    : values.salvage
      ? salvage(snapshot, source, segments)
      : [];
  return { source, records, faults: faultLines(faults) };
}
