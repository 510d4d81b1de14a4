// The journal with one promise broken, in its source: crash states must show each of them.
import { type Change, mutated } from '../mutate.ts';
import type { CaseName } from './cases.ts';
import type { ScenarioName } from './scenarios.ts';

export interface Mutant {
  name: string;
  changes: readonly Change[];
  /** Scenario that shows what it breaks. */
  scenario: ScenarioName;
}

const change = (file: string, find: string, replace: string): Change => ({
  file: `agent/journal/${file}.ts`,
  find,
  replace,
});

export const mutants: readonly Mutant[] = [
  {
    name: 'no fsync of the folder',
    changes: [change('storage', 'await handle.sync();', '')],
    scenario: 'mixed',
  },
  {
    // commits then end at a multiple of 64 bytes, in a block that the next one shares
    name: 'no padding to 4 KiB',
    changes: [
      change('commit-format', 'Math.ceil(bytes / blockBytes) * blockBytes', 'Math.ceil(bytes / 64) * 64'),
      change('commit-format', 'written.length / blockBytes', 'written.length / 64'),
      change(
        'commit-format',
        'segment.readUInt16BE(at + 4) * blockBytes',
        'segment.readUInt16BE(at + 4) * 64',
      ),
      change('commit-format', 'at + blockBytes > segment.length', 'at + 64 > segment.length'),
    ],
    scenario: 'mixed',
  },
  {
    name: 'no look at the blocks of the file system',
    changes: [change('open-journal', 'if (bytes % blockBytes !== 0) throw', 'if (bytes < 0) throw')],
    scenario: 'smallBlocks',
  },
  {
    name: 'no check of short writes',
    changes: [change('storage', 'if (written !== bytes.length)', 'if (written < 0)')],
    scenario: 'full',
  },
];

/** Mutants that a single case shows. */
export const caseMutants: readonly (Pick<Mutant, 'name' | 'changes'> & { shownBy: CaseName })[] = [
  {
    name: 'a youngest segment that is read from the page cache',
    changes: [change('recovery', 'await storage.openPastCache(path)', 'await storage.openToRead(path)')],
    shownBy: 'deviceError',
  },
  {
    name: 'commits that are not flushed',
    changes: [change('storage', 'constants.O_RDWR | constants.O_DSYNC', 'constants.O_RDWR')],
    shownBy: 'killedThenCut',
  },
  {
    name: 'commits that are not flushed, on XFS',
    changes: [change('storage', 'constants.O_RDWR | constants.O_DSYNC', 'constants.O_RDWR')],
    shownBy: 'killedThenCutOnXfs',
  },
  {
    // The youngest segment that is written anew keeps the promise too: to flush a file that is new, XFS and ext4 flush all that is in
    // their log before it, and so the rename. By the two flushes of the folder alone: test/agent/journal/adopted-spare.mutants.ts.
    name: 'a folder that is not flushed before its spares are adopted, on XFS',
    changes: [
      change('open-journal', 'await storage.flushFolder(folder);', ''),
      change('open-journal', 'await renewYoungest(storage, folder, recovered, names, !lock.isNew);', ''),
    ],
    shownBy: 'adoptedThenCutOnXfs',
  },
];

export type Code = typeof import('./code.ts');

export const codeOf = ({ changes }: Pick<Mutant, 'changes'>): Promise<Code> =>
  mutated<Code>(new URL('./code.ts', import.meta.url), ...changes);
