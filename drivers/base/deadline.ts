// A deadline on the injected clock, taken back when the work was done in time.
import type { Clock } from './clock.ts';

/** Calls `onTime` once after `ms`, unless the function that it returns was called before. */
export function startDeadline(clock: Clock, ms: number, onTime: () => void): () => void {
  const stop = new AbortController();
  clock.sleep(ms, stop.signal).then(onTime, error => {
    if (!stop.signal.aborted) throw error;
  });
  return () => stop.abort();
}
