// How fast the line to the broker is, measured by the broker's PUBACKs: nothing else proves that bytes have left the terminal,
// because a modem or a router may hold many of them. Pure, apart from its state.

/** A message on its way to the broker. Times are monotonic ms. */
export interface Flight {
  bytes: number;
  sentAt: number;
}

/** Smaller messages say more about the delay than about the speed. */
const minSampleBytes = 1024;
const maxSamples = 5;
/** Fewer say nothing: one PUBACK may be late for reasons of the broker's. */
const minSamples = 3;
/** How long a measured speed is believed, in ms: a line that was slow may be better by then, and nothing else would show it. */
const believedMs = 600_000;

export class LineSpeed {
  #samples: number[] = [];
  #measuredAt = 0;
  #lastAckAt = -Infinity;
  #delayMs = Infinity;

  /** Shortest time from sending a message to its PUBACK on this connection, in ms; Infinity before the first. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** A new connection may take another way. */
  connected(): void {
    this.#delayMs = Infinity;
    this.#lastAckAt = -Infinity;
  }

  /** The broker has acknowledged a message. */
  acknowledged({ bytes, sentAt }: Flight, now: number): void {
    this.#delayMs = Math.min(this.#delayMs, now - sentAt);
    // behind another message it could leave only when that one had
    const spentMs = sentAt < this.#lastAckAt ? now - this.#lastAckAt : now - sentAt - this.#delayMs;
    this.#lastAckAt = now;
    if (bytes < minSampleBytes || spentMs < 0) return;
    this.#samples.push((1000 * bytes) / Math.max(spentMs, 0.1));
    if (this.#samples.length > maxSamples) this.#samples.shift();
    this.#measuredAt = now;
  }

  /** Median of the last measurements, in bytes/s; undefined where there are too few, or none for ten minutes. */
  bytesPerSecond(now: number): number | undefined {
    if (this.#samples.length < minSamples || now - this.#measuredAt > believedMs) return undefined;
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }
}
