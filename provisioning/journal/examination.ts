// What can be known of the journal that a command was pointed at.
import type { SealedRecord } from '../../agent/journal/commit-format.ts';
import type { TamperCode } from '../../agent/journal/journal-error.ts';
import { isTampering, type JournalError, type JournalErrorCode } from '../../agent/journal/journal-error.ts';
import { reasonOf } from '../../agent/journal/quarantine.ts';
import { segmentName } from '../../agent/journal/segment-format.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import type { Command, Values } from '../command-line/command.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { type ReadJournal, readJournal, salvage } from './read-journal.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { type Source, sourceOf } from './source.ts';
import { type Fault, type SeenSegment, structureOf } from './structure.ts';

export interface Examination {
  source: Source;
  snapshot: Snapshot;
  segments: readonly SeenSegment[];
  /** With a key: what recovery refuses the journal for. Without: what the structure shows. */
  faults: readonly Fault[];
  /** Why it was set aside, where it was. What only the hub could find shows nowhere else. */
  reason?: JournalErrorCode;
  /** Where there is a key and no fault. */
  journal?: ReadJournal;
}

/** Errors: provisioning/usage, provisioning/noJournal, provisioning/journalKey, journal/io. */
export async function examine(values: Values): Promise<Examination> {
  const source = await sourceOf(values);
  const snapshot = await takeSnapshot(source.folder);
  const { segments, faults } = structureOf(snapshot, source.log);
  if (!source.owner) refuseOthers(source, snapshot, segments);
  const reason = await reasonOf(nodeStorage, source.folder);
  const seen = { source, snapshot, segments, ...(reason && { reason }) };
  if (source.keys.length === 0) return { ...seen, faults };
  try {
    return { ...seen, faults: [], journal: await readJournal(snapshot, source) };
  } catch (error) {
    if (!isTampering(error)) throw error;
    return { ...seen, faults: [faultOf(error)] };
  }
}

/** 1 where the journal was tampered with or set aside, else 0. */
export const exitCodeOf = ({ faults, reason }: Examination): number =>
  faults.length > 0 || reason !== undefined ? 1 : 0;

export const salvageOption = {
  salvage: { type: 'boolean', help: 'Of a journal that was tampered with: what still opens' },
} as const satisfies Command['options'];

/**
 * The records in order. Where there are faults: those that still open, with `--salvage`, or none.
 * Errors: those of `examine`; provisioning/journalKey where no key was named.
 */
export async function openRecords(
  values: Values,
): Promise<{ source: Source; records: readonly SealedRecord[]; faults: readonly Fault[] }> {
  const { source, snapshot, segments, faults, journal } = await examine(values);
  if (source.keys.length === 0)
    throw new ProvisioningError('provisioning/journalKey', 'Records open with the data key only.');
  if (journal) return { source, faults, records: journal.segments.flatMap(({ records }) => records) };
  return { source, faults, records: values.salvage ? salvage(snapshot, source, segments) : [] };
}

/** `error` is one of tampering. */
function faultOf({ code, detail: { segment, offset } }: JournalError): Fault {
  return {
    code: code as TamperCode,
    file: segmentName(Number(segment)),
    ...(typeof offset === 'number' && { offset }),
  };
}

/** A folder without such a log was named by mistake: that is no tampering. */
function refuseOthers(
  { folder, log }: Source,
  { segments: files }: Snapshot,
  segments: readonly SeenSegment[],
): void {
  const none = (what: string) => new ProvisioningError('provisioning/noJournal', `${folder} ${what}.`);
  const logs = segments.map(({ header }) => header.log);
  if (logs.length === 0 && files.size > 0)
    throw none('is no journal of this format: no file in it begins as a segment does');
  if (logs.length > 0 && !logs.includes(log)) throw none(`is a ${logs[0]} log: name it by --log`);
}
