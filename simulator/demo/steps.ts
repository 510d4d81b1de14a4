// The steps of one transaction, out of everything that happened in a demo.
import type { TimelineEntry } from './stopwatch.ts';

export interface Step {
  event: string;
  /** The state that it led to. */
  at: string;
  /** From when to when it was in that state, in ms of the timeline; an end lasts no time. */
  fromMs: number;
  untilMs: number;
}

export function stepsOf(timeline: readonly TimelineEntry[], transaction: string): Step[] {
  const steps = timeline.flatMap(({ ms, step }) =>
    step?.transaction === transaction ? [{ ...step, ms }] : [],
  );
  return steps.map(({ event, at, ms }, index) => ({
    ...{ event, at },
    fromMs: ms,
    untilMs: steps[index + 1]?.ms ?? ms,
  }));
}

/** What the screen said, by prompt: the words of the terminal itself. */
export const screensOf = (timeline: readonly TimelineEntry[]): ReadonlyMap<string, string> =>
  new Map(timeline.flatMap(({ prompt, what }) => (prompt === undefined ? [] : [[prompt, what] as const])));
