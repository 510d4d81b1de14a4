// A clock that a test moves.
import type { Clock } from '../drivers/contract/clock.ts';

export class ManualClock implements Clock {
  private time = 0;
  private sleepers: { until: number; wake: () => void }[] = [];
  private watchers: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  wall(): number {
    return 0;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.reject(signal.reason);
    const sleeper = { until: this.time + ms, wake: resolve };
    this.sleepers.push(sleeper);
    signal?.addEventListener('abort', () => {
      this.sleepers = this.sleepers.filter(other => other !== sleeper);
      reject(signal.reason);
    });
    for (const watch of this.watchers.splice(0)) watch();
    return promise;
  }

  advance(ms: number): void {
    this.time += ms;
    const due = this.sleepers.filter(({ until }) => until <= this.time);
    this.sleepers = this.sleepers.filter(({ until }) => until > this.time);
    for (const { wake } of due) wake();
  }

  /** Lets the code under test run until it sleeps, then moves the clock to the end of that sleep. */
  async skip(): Promise<void> {
    if (this.sleepers.length === 0) await new Promise<void>(resolve => this.watchers.push(resolve));
    this.advance(Math.min(...this.sleepers.map(({ until }) => until)) - this.time);
  }
}
