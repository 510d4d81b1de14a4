// Deadlines on the injected clock. A deadline is cancelled when the work ends in time.
import type { Clock } from './clock.ts';

/**
 * Time limit for the work inside a command, in ms, at least 1. It is a little shorter than the time that the command has
 * left, so that the outcome returns before the command's own deadline.
 */
export function innerMs(clock: Clock, deadlineMs: number): number {
  const leftMs = deadlineMs - clock.now();
  return Math.max(1, leftMs - Math.min(500, leftMs / 10));
}

/** Calls `onTime` once after `ms`. The returned function cancels the deadline. */
export function startDeadline(clock: Clock, ms: number, onTime: () => void): () => void {
  const stop = new AbortController();
  clock.sleep(ms, stop.signal).then(onTime, error => {
    if (!stop.signal.aborted) throw error;
  });
  return () => stop.abort();
}
