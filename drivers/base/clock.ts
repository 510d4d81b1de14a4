// The clock is injected: tests can move it, and a wrong wall clock changes no deadline.

/** A source of time. Deadlines use `now()` and `sleep()`; only certificates and logs use `wall()`. */
export interface Clock {
  /** Monotonic milliseconds since an arbitrary start. It never decreases and ignores changes of the wall clock. */
  now(): number;
  /** Wall clock, milliseconds since 1970 UTC. May be wrong: never decide a deadline by it. */
  wall(): number;
  /** Resolves after `ms`; rejects with the signal's reason when the signal aborts before that. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
