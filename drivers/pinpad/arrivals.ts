// Returns what arrives from the pad, one item at a time, with a limit on the wait.
import type { Clock } from '../base/clock.ts';
import type { Line } from '../line/line.ts';
import type { LineError } from '../line/line-error.ts';
import type { Framing, Token } from './framing.ts';

export type Arrival = Token | { is: 'silence' } | { is: 'aborted' } | { is: 'gone'; cause: LineError };

export class Arrivals {
  #clock: Clock;
  #line: Line;
  #framing: Framing;
  #unexpected: (arrival: Arrival) => void;
  #engaged = false;
  #queue: Arrival[] = [];
  #wake: ((arrival: Arrival) => void) | undefined;

  /** `unexpected` receives what arrives between two sessions, or is left over from one. */
  constructor(line: Line, framing: Framing, clock: Clock, unexpected: (arrival: Arrival) => void) {
    this.#line = line;
    this.#framing = framing;
    this.#clock = clock;
    this.#unexpected = unexpected;
    line.on('data', this.#onData);
    line.on('offline', this.#onOffline);
    framing.on('data', (token: Token) => this.#put(token));
  }

  /** Queues arrivals for `next()` while `work` runs. What is left over is unexpected. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#engaged = true;
    try {
      return await work();
    } finally {
      this.#engaged = false;
      for (const left of this.#queue.splice(0)) this.#put(left);
    }
  }

  /** The next arrival; `silence` after `waitMs`, `aborted` by `signal`, `gone` when the line is lost. */
  async next(waitMs: number, signal?: AbortSignal): Promise<Arrival> {
    const queued = this.#queue.shift();
    if (queued) return queued;
    if (signal?.aborted) return { is: 'aborted' };
    const { promise, resolve } = Promise.withResolvers<Arrival>();
    const abort = () => resolve({ is: 'aborted' });
    const over = new AbortController();
    this.#wake = resolve;
    signal?.addEventListener('abort', abort, { once: true });
    void this.#clock.sleep(waitMs, over.signal).then(
      () => resolve({ is: 'silence' }),
      () => undefined, // the wait ended before the limit
    );
    try {
      return await promise;
    } finally {
      this.#wake = undefined;
      signal?.removeEventListener('abort', abort);
      over.abort();
    }
  }

  /** Ends a running wait with `aborted`. */
  close(): void {
    this.#line.off('data', this.#onData);
    this.#line.off('offline', this.#onOffline);
    this.#framing.destroy();
    this.#wake?.({ is: 'aborted' });
  }

  #onData = (bytes: Buffer): void => {
    this.#framing.write(bytes);
  };

  #onOffline = (cause: LineError): void => this.#put({ is: 'gone', cause });

  #put(arrival: Arrival): void {
    if (this.#wake) {
      this.#wake(arrival);
      this.#wake = undefined;
    } else if (this.#engaged) this.#queue.push(arrival);
    else this.#unexpected(arrival);
  }
}
