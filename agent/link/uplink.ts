// Who may send on the line to the broker, and how much. A question is sent at once. Records wait for their turn: not more of them
// is on its way than the line carries in about two seconds, so that a question never waits long behind them, no PUBACK is late
// because of our own queue, and a narrow line is still kept full, behind a question too.
import type { Clock } from '../../drivers/base/clock.ts';
import { type Flight, LineSpeed } from './line-speed.ts';
import { LinkError } from './link-error.ts';

/** How long records queue on the line, in ms. */
const queueMs = 2_000;
/** Bounds of the window: of the bytes of records that are on their way. */
const [minWindow, initialWindow, maxWindow] = [8 << 10, 16 << 10, 512 << 10];
const keptMeasurements = 4;
/** A message that was sent with less ahead of it, its own bytes included, than this part of the window does not show what the line carries. */
const minAhead = 1 / 4;
/** Batches that share the window: while the broker acknowledges one, the line carries the others. */
const shares = 3;

interface Carried extends Flight {
  urgent: boolean;
  /** Bytes that were on their way when it had been sent, its own included. */
  aheadBytes: number;
  /** As it was sent: all bytes that the broker had acknowledged, when the last of them was, and when that message had been sent. */
  before: { bytes: number; at: number; sentAt: number };
}

export class Uplink {
  readonly #clock: Clock;
  readonly #speed = new LineSpeed();
  #window = initialWindow;
  /** Last measurements, in bytes/ms. */
  #carried: number[] = [];
  #flights = new Set<Carried>();
  #acknowledgedSoFar = { bytes: 0, at: 0, sentAt: 0 };
  #waiting: { resolve: (bytes: number) => void; reject: (error: LinkError) => void }[] = [];
  /** Somebody makes a batch. */
  #isTaken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Measured speed in bytes/s; undefined where it is not known. */
  get bytesPerSecond(): number | undefined {
    return this.#speed.bytesPerSecond(this.#clock.now());
  }

  connected(): void {
    this.#speed.connected();
  }

  /** Nothing is on its way any more. What was lost on its way says that the line is slower than believed, or gone. */
  disconnected(): void {
    if (this.#flights.size > 0) {
      this.#window = Math.min(this.#window, initialWindow);
      this.#carried = [];
    }
    this.#flights.clear();
    for (const { reject } of this.#waiting.splice(0)) reject(new LinkError('link/offline'));
  }

  /**
   * Resolves when records may be sent, with the max number of bytes. Nobody else gets a turn before `give`.
   * Errors: link/offline when the connection ends before.
   */
  take(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#next();
    });
  }

  /** Ends the turn of `take`. */
  give(): void {
    this.#isTaken = false;
    this.#next();
  }

  /** Counts a message until `publish` has ended. Its PUBACK is a measurement. */
  async carry(bytes: number, urgent: boolean, publish: () => Promise<void>): Promise<void> {
    const sentAt = this.#clock.now();
    // what was before has left: the line was idle
    if (this.#flights.size === 0) this.#acknowledgedSoFar = { bytes: 0, at: sentAt, sentAt };
    const aheadBytes = bytes + this.#bytesOnTheWay();
    const flight = { bytes, sentAt, urgent, aheadBytes, before: this.#acknowledgedSoFar };
    this.#flights.add(flight);
    try {
      await publish();
      if (this.#flights.has(flight)) this.#acknowledged(flight);
    } finally {
      this.#flights.delete(flight);
      this.#next();
    }
  }

  #acknowledged(flight: Carried): void {
    const now = this.#clock.now();
    this.#speed.acknowledged(flight, now);
    const { before, sentAt, aheadBytes } = flight;
    const bytes = this.#acknowledgedSoFar.bytes + flight.bytes;
    this.#acknowledgedSoFar = { bytes, at: now, sentAt };
    if (flight.urgent) return;
    const { delayMs } = this.#speed;
    const tookMs = now - sentAt - delayMs;
    if (aheadBytes < this.#window * minAhead && tookMs < queueMs) return;
    // acknowledged since the last one before it was sent. Never above what the line carries: where PUBACKs were held up and come at
    // once, the time in which their messages were sent is the longer one (draft-cheng-iccrg-delivery-rate-estimation)
    const ms = Math.max(1, now - before.at, sentAt - before.sentAt);
    // the best of the last few: a PUBACK may be late for reasons of the broker's, but none is early
    this.#carried = [...this.#carried.slice(1 - keptMeasurements), (bytes - before.bytes) / ms];
    const carried = (queueMs + delayMs) * Math.max(...this.#carried);
    const next = Math.min(2 * this.#window, Math.max(this.#window / 2, carried));
    this.#window = Math.min(maxWindow, Math.max(minWindow, next));
  }

  #next(): void {
    if (this.#isTaken || !this.#hasRoom()) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#isTaken = true;
    next.resolve(Math.floor(this.#window / shares));
  }

  #hasRoom(): boolean {
    return this.#bytesOnTheWay() <= this.#window - this.#window / shares;
  }

  #bytesOnTheWay(): number {
    let sum = 0;
    for (const { bytes } of this.#flights) sum += bytes;
    return sum;
  }
}
