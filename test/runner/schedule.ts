// In which order files run, and how many at once.
import type { TestFile } from './find.ts';

export interface Lanes {
  /** Files at once that keep a processor busy. */
  busy: number;
  /** Files at once, beside those, that mostly wait (`// waits`). */
  waiting: number;
}

/** Runs all: those that may take longest first, so that the last ones to end are short; then the `// alone` ones, one by one. None begins after `stop` aborts. */
export async function schedule(
  tests: readonly TestFile[],
  lanes: Lanes,
  run: (test: TestFile) => Promise<void>,
  stop?: AbortSignal,
): Promise<void> {
  const byMaxTime = tests.filter(test => !test.alone).sort((a, b) => b.timeoutMs - a.timeoutMs);
  const busy = byMaxTime.filter(test => !test.waits);
  const waiting = byMaxTime.filter(test => test.waits);
  const work = async (own: TestFile[], others: TestFile[]) => {
    const next = () => (stop?.aborted ? undefined : (own.shift() ?? others.shift()));
    for (let test = next(); test; test = next()) await run(test);
  };
  await Promise.all([
    ...Array.from({ length: lanes.busy }, () => work(busy, waiting)),
    ...Array.from({ length: lanes.waiting }, () => work(waiting, busy)),
  ]);
  for (const test of tests.filter(one => one.alone)) if (!stop?.aborted) await run(test);
}
