// The hub's time, by its answers to probes, and a clock that a receipt may be dated by.
import type { Clock } from '../../drivers/base/clock.ts';

/** A clock that differs from the hub's by more than this, in ms, is reported, and dates no receipt. */
export const maxDeviationMs = 60_000;

/** The end of the year 9999: no calendar here writes a later one. */
const maxWall = Date.UTC(10_000, 0, 1) - 1;

export class HubTime {
  readonly #clock: Clock;
  /** What to add to the monotonic clock. Undefined before the first answer of this run. */
  #offsetMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The hub answered `wall` (ms since 1970 UTC) within the last `tookMs`. It is taken for the middle of that time. One that is no
   * date is not used.
   */
  take(wall: number, tookMs: number): void {
    if (wall > maxWall) return;
    this.#offsetMs = wall + tookMs / 2 - this.#clock.now();
  }

  /** ms since 1970 UTC, by the hub's last answer and the monotonic clock: a wall clock that is set meanwhile does not change it. */
  get wall(): number | undefined {
    return this.#offsetMs === undefined ? undefined : Math.round(this.#clock.now() + this.#offsetMs);
  }

  /** How far this machine's clock is ahead of the hub's, in ms; negative: behind. Undefined before the first answer. */
  get aheadMs(): number | undefined {
    const { wall } = this;
    return wall === undefined ? undefined : Math.round(this.#clock.wall()) - wall;
  }

  get isClockWrong(): boolean {
    return Math.abs(this.aheadMs ?? 0) > maxDeviationMs;
  }

  /** The clock, whose wall time is the hub's where this machine's is wrong. Before the first answer it is taken for right. */
  get corrected(): Clock {
    const own = this.#clock;
    return {
      now: () => own.now(),
      wall: () => (this.isClockWrong && this.wall) || own.wall(),
      sleep: (ms, signal) => own.sleep(ms, signal),
    };
  }
}
