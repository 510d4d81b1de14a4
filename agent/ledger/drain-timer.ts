// The one wait of a drain: for an acknowledgement, or until the hub is asked again although nothing is to be sent.
import { type BackOff, jitteredMs } from '../../drivers/base/back-off.ts';
import type { Clock } from '../../drivers/base/clock.ts';
import { startDeadline } from '../../drivers/base/deadline.ts';

export interface DrainTimerOptions {
  clock: Clock;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** How long to wait for an acknowledgement, in ms, before sending from the cursor again. Default 5000. */
  answerMs?: number;
  /** Added to `answerMs` after each silence, with full jitter. Default 500 ms to 60 s. */
  backOff?: BackOff;
  /** After how long without anything to send the hub is asked for its cursor, in ms: half of it and up to as much more. Default 10 min. */
  idleMs?: number;
}

type Over = { is: 'silence' } | { is: 'idle' };

export class DrainTimer {
  readonly #options: DrainTimerOptions;
  readonly #onOver: (event: Over) => void;
  #cancel: () => void = () => undefined;

  /** `onOver` is called at the end of a wait that nothing replaced. */
  constructor(options: DrainTimerOptions, onOver: (event: Over) => void) {
    this.#options = options;
    this.#onOver = onOver;
  }

  /** Waits for an acknowledgement; the more waits ended without one, the longer. */
  forAnswer(silent: number): void {
    const {
      random = Math.random,
      answerMs = 5000,
      backOff = { initialMs: 500, maxMs: 60_000 },
    } = this.#options;
    this.#start(answerMs + jitteredMs(backOff, silent, random), { is: 'silence' });
  }

  untilIdle(): void {
    const { random = Math.random, idleMs = 600_000 } = this.#options;
    this.#start(idleMs * (0.5 + random()), { is: 'idle' });
  }

  stop(): void {
    this.#cancel();
  }

  #start(ms: number, event: Over): void {
    this.stop();
    this.#cancel = startDeadline(this.#options.clock, ms, () => this.#onOver(event));
  }
}
