// A deadline on the injected clock, taken back when the work was done in time.
import type { Clock } from './clock.ts';

/**
 * What the work inside a command may take, in ms, at least 1: a little less than what is left of the command, so that its
 * outcome is back before the command's own deadline.
 */
export function innerMs(clock: Clock, deadlineMs: number): number {
  const leftMs = deadlineMs - clock.now();
  return Math.max(1, leftMs - Math.min(500, leftMs / 10));
}

/** Calls `onTime` once after `ms`, unless the function that it returns was called before. */
export function startDeadline(clock: Clock, ms: number, onTime: () => void): () => void {
  const stop = new AbortController();
  clock.sleep(ms, stop.signal).then(onTime, error => {
    if (!stop.signal.aborted) throw error;
  });
  return () => stop.abort();
}
