// What can be known of the journal that a command was pointed at.
import { isTampering, type JournalErrorCode } from '../../agent/journal/journal-error.ts';
import { reasonOf } from '../../agent/journal/quarantine.ts';
import { nodeStorage } from '../../agent/journal/storage.ts';
import type { Values } from '../command-line/command.ts';
import { ProvisioningError } from '../provisioning-error.ts';
import { faultOf } from './fault-lines.ts';
import { type ReadJournal, readJournal } from './read-journal.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { type Source, sourceOf } from './source.ts';
import { type Fault, type SeenSegment, structureOf } from './structure.ts';

export interface Look {
  source: Source;
  snapshot: Snapshot;
  segments: readonly SeenSegment[];
  /** What recovery refuses it for; without a key, what shows in the structure. */
  faults: readonly Fault[];
  /** What it was set aside for, where it was; of what only the hub could tell nothing else shows. */
  reason?: JournalErrorCode;
  /** Where there is a key and nothing is wrong. */
  journal?: ReadJournal;
}

/** Errors: provisioning/usage, provisioning/noJournal, provisioning/journalKey, journal/io. */
export async function lookAt(values: Values): Promise<Look> {
  const source = await sourceOf(values);
  const snapshot = await takeSnapshot(source.folder);
  const { segments, faults } = structureOf(snapshot, source.log);
  if (!source.owner) refuseOthers(source, snapshot, segments);
  const reason = await reasonOf(nodeStorage, source.folder);
  const look = { source, snapshot, segments, ...(reason && { reason }) };
  if (source.keys.length === 0) return { ...look, faults };
  try {
    return { ...look, faults: [], journal: await readJournal(snapshot, source) };
  } catch (error) {
    if (!isTampering(error)) throw error;
    return { ...look, faults: [faultOf(error)] };
  }
}

/** A folder that was named by mistake: it is nobody's tampering. */
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
