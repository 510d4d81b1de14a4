// Keeps something alive: a connection, a process, a device. Runs it, waits after its end, and runs it again. Here one run is
// a "life". The wait grows with each life that fails or ends early. It is short again only after a life that was up for
// long enough.
import { type BackOff, jitteredMs } from './back-off.ts';
import type { Clock } from './clock.ts';

/**
 * One life. Calls `up` when it can be used. Resolves or rejects when it is over, whatever ended it. Ends soon after the
 * signal aborts. A life that never called `up` has failed, even if it resolves.
 */
export type Life = (up: () => void) => Promise<void>;

export interface KeepAliveOptions extends BackOff {
  /** A life that was up for at least this time, in ms, resets the next wait to the initial one. */
  stableMs: number;
  /** Lower bound of every wait, in ms. It applies even if it is above `maxMs`. Default 0. */
  minMs?: number;
  /**
   * Whether lives that never came up are counted separately from lives that came up and ended early. Each life that comes
   * up resets the first count. This is for a thing that starts slowly: while it starts, earlier failures must not make the
   * attempts less frequent. Default false: one count.
   */
  countsApart?: boolean;
  /**
   * After these errors of a life, another wait, with a count of its own. That count begins anew only after a life that was up
   * for this `maxMs`. Default: none.
   */
  slow?: (error: unknown) => SlowBackOff | undefined;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Ends the loop: no further life begins, and a wait ends at once. */
  signal: AbortSignal;
  /** Whether the loop continues after this error of a life. Default: errors with a `code` (ours, Node's, the system's). */
  isExpected?: (error: unknown) => boolean;
  /** Called for each life that rejected with an expected error. Not called after the signal aborts. */
  onFailure?: (error: unknown, attempt: number) => void;
  /** Called before each wait with the state of the back-off. */
  onWait?: (wait: Wait) => void;
}

export interface SlowBackOff extends BackOff {
  /** Lower bound of the wait, in ms. */
  minMs: number;
}

export interface Wait {
  waitMs: number;
  /** Consecutive failures before this one: 0 after the first failure and after a stable life. */
  attempt: number;
}

/**
 * Resolves when the signal is aborted and the last life is over. The first life begins before this function returns.
 * Rejects with an unexpected error of a life or of a hook: it is a fault in the program, and repeating it would not help.
 * A caller that does not handle the rejection ends the process.
 */
export async function keepAlive(run: Life, options: KeepAliveOptions): Promise<void> {
  const { clock, random, signal, minMs = 0, isExpected = hasCode, slow, onFailure, onWait } = options;
  const attemptAfter = countAttempts(options);
  let slowAttempts = 0;
  while (!signal.aborted) {
    let upAt: number | undefined;
    let failure: { error: unknown } | undefined;
    try {
      await run(() => {
        upAt ??= clock.now();
      });
    } catch (error) {
      if (!isExpected(error)) throw error;
      failure = { error };
    }
    if (signal.aborted) return;
    const upMs = upAt === undefined ? undefined : clock.now() - upAt;
    const attempt = attemptAfter(upMs);
    if (failure) onFailure?.(failure.error, attempt);
    const slower = failure && slow?.(failure.error);
    if (slower && upMs !== undefined && upMs >= slower.maxMs) slowAttempts = 0;
    const waitMs = slower
      ? Math.max(slower.minMs, jitteredMs(slower, slowAttempts++, random))
      : Math.max(minMs, jitteredMs(options, attempt, random));
    onWait?.({ waitMs, attempt });
    await clock.sleep(waitMs, signal).catch(error => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Counts consecutive failures. `upMs`: how long the life was up, in ms; undefined if it never came up. */
function countAttempts({ stableMs, countsApart = false }: KeepAliveOptions): (upMs?: number) => number {
  let [neverUp, endedEarly] = [0, 0];
  return upMs => {
    if (upMs !== undefined) neverUp = 0;
    if (upMs !== undefined && upMs >= stableMs) endedEarly = 0;
    return countsApart && upMs === undefined ? neverUp++ : endedEarly++;
  };
}

const hasCode = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';
