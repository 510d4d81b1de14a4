// What a campaign counts.
import type { CrashState } from './crash-states.ts';
import { type Found, judge, type Verdict } from './judge.ts';
import type { Life } from './life.ts';

export interface Tally extends Verdict {
  states: number;
  /** Writes and flushes in the recordings. */
  operations: number;
  acknowledged: number;
  /** States with something lost, altered, invented or refused. */
  bad: number;
  /** By code: how often the journal did not open, or took nothing more. */
  refused: Record<string, number>;
  /** With what a workload ended early. */
  trouble: string[];
}

export const emptyTally = (): Tally => ({
  states: 0,
  operations: 0,
  acknowledged: 0,
  bad: 0,
  lost: 0,
  altered: 0,
  invented: 0,
  refused: {},
  trouble: [],
});

export function countLife(tally: Tally, { recording, history, trouble }: Life): void {
  tally.operations += recording.operations.length;
  tally.acknowledged += [...history.given.values()].filter(({ done }) => done).length;
  if (trouble) tally.trouble.push(trouble);
}

/** `found`: what the journal held, or why it did not open. Returns what is wrong. */
export function countState(
  tally: Tally,
  { history }: Life,
  { point }: CrashState,
  found: Found | string,
): string | undefined {
  tally.states++;
  if (typeof found === 'string') {
    tally.refused[found] = (tally.refused[found] ?? 0) + 1;
    tally.bad++;
    return found;
  }
  const { lost, altered, invented } = judge(history, point, found);
  if (lost + altered + invented === 0) return undefined;
  tally.lost += lost;
  tally.altered += altered;
  tally.invented += invented;
  tally.bad++;
  return `lost ${lost}, altered ${altered}, invented ${invented}`;
}
