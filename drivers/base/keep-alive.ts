// Keeps something alive: a connection, a process, a device. Runs it, waits after its end, and runs it again. The wait grows
// with each life that fails or ends early, and is short again only after a life that was up for long enough.
import { type BackOff, jitteredMs } from './back-off.ts';
import type { Clock } from './clock.ts';

/**
 * One life. Calls `up` when it stands and can be used; resolves or rejects when it is over, whoever ended it. Ends soon
 * after the signal is aborted. A life that never called `up` has failed, even where it resolves.
 */
export type Life = (up: () => void) => Promise<void>;

export interface KeepAliveOptions extends BackOff {
  /** A life that was up for at least this long, in ms, makes the next wait the initial one again. */
  stableMs: number;
  /** Lower bound of every wait, in ms, even where it is above `maxMs`. Default 0. */
  minMs?: number;
  /**
   * Whether lives that never came up are counted apart from lives that came up and ended early; the former count is reset
   * by each life that comes up. For a thing that takes its time to start: it is not looked for ever more rarely because
   * it died before. Default false: one count.
   */
  countsApart?: boolean;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Ends the loop: no life begins any more, and a wait is over at once. */
  signal: AbortSignal;
  /** Which errors of a life are failures to go on after. Default: ours, and those of Node and the system (with a `code`). */
  isExpected?: (error: unknown) => boolean;
  /** Called for each life that rejected with an expected error. Not called after the abort. */
  onFailure?: (error: unknown, attempt: number) => void;
  /** Called before each wait: the state of the back-off. */
  onWait?: (wait: Wait) => void;
}

export interface Wait {
  waitMs: number;
  /** Failures in a row before this one: 0 after the first failure, and after a life that was stable. */
  attempt: number;
}

/**
 * Resolves when the signal is aborted and the last life is over. The first life begins before this returns.
 * Rejects with an error of a life, or of a hook, that is not expected: a fault in the program, which is not to be repeated
 * for ever. A caller that does not handle the rejection ends the process.
 */
export async function keepAlive(run: Life, options: KeepAliveOptions): Promise<void> {
  const { clock, random, signal, minMs = 0, isExpected = hasCode, onFailure, onWait } = options;
  const attemptAfter = countAttempts(options);
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
    const attempt = attemptAfter(upAt === undefined ? undefined : clock.now() - upAt);
    if (failure) onFailure?.(failure.error, attempt);
    const waitMs = Math.max(minMs, jitteredMs(options, attempt, random));
    onWait?.({ waitMs, attempt });
    await clock.sleep(waitMs, signal).catch(error => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Counts failures in a row. Takes how long a life was up, in ms; undefined where it never came up. */
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
