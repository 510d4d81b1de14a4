// A check of the kit: it does something to the other side, and passes, fails or cannot be tried.

export interface Check<Rig> {
  /** What it shows, as a sentence. Unique in its form. */
  name: string;
  /** The requirements that it shows where it passes. */
  shows: readonly string[];
  /** Default three minutes: each wait in it has a limit of its own. After it the check has failed. */
  limitMs?: number;
  /** Errors: Failure, NotTried; any other one is a failure too. `signal` is aborted when the time is over. */
  run(rig: Rig, signal: AbortSignal): Promise<void>;
}

/** The other side did what it must not do. Each part is a few words, such as `answer refused hub/malformed`. */
export class Failure extends Error {
  override name = 'Failure';
  /** The broken requirements, where the check shows others too. */
  readonly of: readonly string[] | undefined;

  constructor(what: { sent: string; expected: string; came: string; of?: readonly string[] }) {
    super(`sent: ${what.sent}; expected: ${what.expected}; came: ${what.came}`);
    this.of = what.of;
  }
}

/** The check says nothing about the other side. The message is the reason. */
export class NotTried extends Error {
  override name = 'NotTried';
}

/** What a check needs before it begins. What fails there is judged by another check. Errors: NotTried; what `work` throws beside Failure. */
export async function needs<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw new NotTried(`needs ${what}, which failed (${error.message})`);
    throw error;
  }
}

export interface CheckResult {
  name: string;
  shows: readonly string[];
  outcome: 'passed' | 'failed' | 'notTried';
  /** Undefined where it passed. */
  why?: string;
  /** The broken requirements, where not all that the check shows are broken. */
  of?: readonly string[];
  /** ms. */
  tookMs: number;
}

const defaultLimitMs = 180_000;

/** Plays the checks one after the other. Never rejects: what a check throws is its result. */
export async function playChecks<Rig>(
  checks: readonly Check<Rig>[],
  rig: Rig,
  report: (result: CheckResult) => void = () => undefined,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await play(check, rig);
    results.push(result);
    report(result);
  }
  return results;
}

async function play<Rig>(check: Check<Rig>, rig: Rig): Promise<CheckResult> {
  const { name, shows, limitMs = defaultLimitMs } = check;
  const began = performance.now();
  const result = (rest: Pick<CheckResult, 'outcome' | 'why' | 'of'>): CheckResult => ({
    ...{ name, shows, ...rest },
    tookMs: Math.round(performance.now() - began),
  });
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not over after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    await Promise.race([check.run(rig, over.signal), limit]);
    return result({ outcome: 'passed' });
  } catch (error) {
    if (error instanceof NotTried) return result({ outcome: 'notTried', why: error.message });
    if (!(error instanceof Failure)) return result({ outcome: 'failed', why: unforeseen(error) });
    return result({ outcome: 'failed', why: error.message, ...(error.of && { of: error.of }) });
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

const unforeseen = (error: unknown): string =>
  `the check ended early: ${error instanceof Error ? error.message : String(error)}`;
