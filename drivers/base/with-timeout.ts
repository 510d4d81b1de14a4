// Limits how long a caller waits for work.
import type { Clock } from './clock.ts';

/** Resolves with the result of `work`, or with `otherwise` after `limitMs`. The work itself is not stopped. */
export async function withTimeout<T>(
  clock: Clock,
  limitMs: number,
  work: Promise<T>,
  otherwise: T,
): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(limitMs, done.signal).then(
    () => otherwise,
    () => otherwise, // unused: the work ended in time
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
