// Connects again whenever a connection of the simulator ends, with growing waits. The options are those of the product's
// `keepAlive`. The simulator has its own code because it imports no driver.
import { setTimeout as delay } from 'node:timers/promises';

export interface KeepAliveOptions {
  /** Upper bound of the initial wait, in ms. The bound doubles after each connection that was not stable. */
  initialMs: number;
  /** Upper bound of every wait, in ms. */
  maxMs: number;
  /** A connection that was up for at least this long, in ms, sets the bound back to `initialMs`. */
  stableMs: number;
  /** Ends the loop: no connection is made any more, and a wait ends at once. */
  signal: AbortSignal;
  /** Default: the system's monotonic clock. */
  clock?: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<unknown> };
  /** In [0, 1). Default Math.random. */
  random?: () => number;
}

const systemClock = {
  now: () => performance.now(),
  sleep: (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }),
};

/**
 * `run` makes one connection. It calls `up` when the connection can be used. It resolves when the connection has ended,
 * for any reason. `keepAlive` resolves when the signal is aborted and the last connection has ended. It rejects with the
 * error of `run`: that is a programming error in the simulator, not a failed connection.
 */
export async function keepAlive(
  run: (up: () => void) => Promise<void>,
  { initialMs, maxMs, stableMs, signal, clock = systemClock, random = Math.random }: KeepAliveOptions,
): Promise<void> {
  let boundMs = initialMs;
  while (!signal.aborted) {
    let upAt = Number.POSITIVE_INFINITY;
    await run(() => {
      upAt = Math.min(upAt, clock.now());
    });
    if (clock.now() - upAt >= stableMs) boundMs = initialMs;
    await clock.sleep(random() * Math.min(boundMs, maxMs), signal).catch(error => {
      if (!signal.aborted) throw error;
    });
    boundMs *= 2;
  }
}
