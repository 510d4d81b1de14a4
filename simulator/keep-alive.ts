// Makes a connection of the simulator again whenever it ends, with growing waits. The options are those of the product's
// `keepAlive`; the code is the simulator's own, for it imports no driver.
import { setTimeout as delay } from 'node:timers/promises';

export interface KeepAliveOptions {
  /** Upper bound of the first wait, in ms; it doubles after each life that was not stable. */
  initialMs: number;
  /** Upper bound of every wait, in ms. */
  maxMs: number;
  /** A life that was up for at least this long, in ms, makes the bound the initial one again. */
  stableMs: number;
  /** Ends the loop: no life begins any more, and a wait is over at once. */
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
 * `run` is one life: it calls `up` when the connection can be used, and resolves when it is over, whatever ended it.
 * Resolves when the signal is aborted and the last life is over. Rejects with what `run` rejects with: no failure of a
 * connection, but a fault in the simulator.
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
