// A clock that a test moves.
import type { Clock } from '../../../drivers/contract/clock.ts';

interface Sleeper {
  at: number;
  wake: () => void;
}

export class ManualClock implements Clock {
  private time = 0;
  private sleepers: Sleeper[] = [];

  now(): number {
    return this.time;
  }

  wall(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { at: this.time + ms, wake: resolve };
    this.sleepers.push(sleeper);
    const stop = () => {
      this.sleepers = this.sleepers.filter(other => other !== sleeper);
      reject(signal?.reason);
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    return promise;
  }

  /** How many wait: none after everything ended well. */
  get waiting(): number {
    return this.sleepers.length;
  }

  /** Moves the time, wakes whoever is due, and lets what follows from it happen. */
  async move(ms: number): Promise<void> {
    this.time += ms;
    const due = this.sleepers.filter(sleeper => sleeper.at <= this.time);
    this.sleepers = this.sleepers.filter(sleeper => sleeper.at > this.time);
    for (const sleeper of due) sleeper.wake();
    await settle();
  }
}

/** Lets everything that is ready happen: promises, streams, immediates. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
}
