// Work that others must not wait for longer than so long.
import type { Clock } from './clock.ts';

/** What `work` brings within `limitMs`, `otherwise` after that; the work goes on all the same. */
export async function withTimeout<T>(
  clock: Clock,
  limitMs: number,
  work: Promise<T>,
  otherwise: T,
): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(limitMs, done.signal).then(
    () => otherwise,
    () => otherwise, // never looked at: the work was in time
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
