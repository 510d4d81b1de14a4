// The system's clock, hurried: notes each pause and lets it last a fiftieth, knows who still sleeps, and can be set on.
import { type Clock, systemClock } from '../../../drivers/base/clock.ts';

export class WatchedClock implements Clock {
  /** What was slept for, in ms, in order. */
  readonly slept: number[] = [];
  sleeping = 0;
  #ahead = 0;

  now(): number {
    return systemClock.now() + this.#ahead;
  }

  wall(): number {
    return systemClock.wall();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    this.sleeping++;
    try {
      await systemClock.sleep(ms / 50, signal);
    } finally {
      this.sleeping--;
    }
  }

  setOn(ms: number): void {
    this.#ahead += ms;
  }
}
