// A clock that a test moves.
import type { Clock } from '../drivers/base/clock.ts';

export class ManualClock implements Clock {
  #time = 0;
  #sleepers: { until: number; wake: () => void }[] = [];
  #watchers: (() => void)[] = [];

  now(): number {
    return this.#time;
  }

  wall(): number {
    return 0;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.reject(signal.reason);
    const sleeper = { until: this.#time + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    const stop = () => {
      this.#sleepers = this.#sleepers.filter(other => other !== sleeper);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
    for (const watch of this.#watchers.splice(0)) watch();
    return promise;
  }

  /** How many wait: none after everything ended well. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  /** Moves the time, and wakes whoever is due. */
  advance(ms: number): void {
    this.#time += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#time);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#time);
    for (const { wake } of due) wake();
  }

  /** The same, and lets what follows from it happen. */
  async move(ms: number): Promise<void> {
    this.advance(ms);
    await settle();
  }

  /** Lets the code under test run until it sleeps, then moves the clock to the end of that sleep; by how many ms. */
  async skip(): Promise<number> {
    if (this.#sleepers.length === 0) await new Promise<void>(resolve => this.#watchers.push(resolve));
    const ms = Math.min(...this.#sleepers.map(({ until }) => until)) - this.#time;
    this.advance(ms);
    return ms;
  }
}

/** Lets everything that is ready happen: promises, streams, immediates. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
}
