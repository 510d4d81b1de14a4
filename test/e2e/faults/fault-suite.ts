// Plays sets of faults, each set as a test: its end is as expected, and all books agree.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../../simulator/faults/fault.ts';
import type { Played } from '../../../simulator/faults/faulty-visit.ts';
import { playAll, type StageOptions } from './stage.ts';
import { type FaultSuite, faultsOf, type SuiteName, suites } from './suites.ts';

/** One: other files with shops run beside it, and each shop costs the start of eight processes. */
const shops = 1;

export const nameOf = (faults: readonly Fault[]): string => faults.map(({ name }) => name).join(' + ');

/** What went wrong, with the end that was reached instead. */
export const complaintsOf = ({ wrong, row }: Played): string[] =>
  wrong.length === 0 ? [] : [...wrong, `(${row?.outcome} ${row?.code})`];

type Options = StageOptions & {
  /** Checked when all shops are closed. */
  last?: [name: string, check: () => void];
};

/** One test for each set. */
export function testFaults(title: string, sets: readonly (readonly Fault[])[], options: Options = {}): void {
  const { last, ...staged } = options;
  const test = suite<{ all: ReturnType<typeof playAll<string[]>> }>(title);
  test.before(context => {
    context.all = playAll(sets, { ...staged, shops }, async (stage, faults) =>
      complaintsOf(await stage.play(faults)),
    );
  });
  test.after(({ all }) => all.closed);
  for (const [nth, faults] of sets.entries())
    test(nameOf(faults), async ({ all }) => assert.equal(await all.played[nth], []));
  if (last)
    test(last[0], async ({ all }) => {
      await all.closed;
      last[1]();
    });
  test.run();
}

/** One test for each fault of the suite. */
export function playSuite(name: SuiteName, options: Options = {}): void {
  const { title, takes: _, ...shopOptions }: FaultSuite = suites[name];
  const sets = faultsOf(name).map(fault => [fault]);
  testFaults(title, sets, { ...options, ...shopOptions });
}
