// Single cases beside the campaigns: what they show is no state of a power cut alone.
import { adoptedThenCut } from './adopted.ts';
import { withDevice } from './device.ts';
import { refusedAndGone } from './device-error.ts';
import { killedThenCut } from './killed.ts';
import type { OpenJournal } from './workload.ts';

/** Rejects where the journal does not come through. */
export type Case = (openJournal: OpenJournal) => Promise<void>;

export const cases = {
  deviceError: openJournal =>
    withDevice({ megabytes: 16 }, (mountPoint, device) => refusedAndGone(mountPoint, device, openJournal)),
  killedThenCut: openJournal => killedThenCut(openJournal),
  // there a name becomes durable only with its folder
  killedThenCutOnXfs: openJournal => killedThenCut(openJournal, { fileSystem: 'xfs', megabytes: 64 }),
  adoptedThenCut: openJournal => adoptedThenCut(openJournal, { megabytes: 16 }),
  adoptedThenCutOnXfs: openJournal => adoptedThenCut(openJournal, { fileSystem: 'xfs', megabytes: 64 }),
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof cases;
