// A Line that outlives its device: it opens, waits out an unplug, and opens again at the same place.
import { EventEmitter } from 'node:events';
import type { Clock } from '../base/clock.ts';
import type { Line, LineEvents } from './line.ts';
import { LineError } from './line-error.ts';

export interface KeepOpenOptions {
  /** Wait before the second try, in ms; doubled after each failure. Default 250. */
  initialMs?: number;
  /** Longest wait between two tries, in ms. Default 5000. */
  maxMs?: number;
  /** Hears each failed try. */
  onFailure?: (error: unknown) => void;
}

/**
 * Gives a line at once, offline until `open` (e.g. `() => openLine(path, settings, clock)`) has worked.
 * Bytes written while the device is away are refused with line/offline: a command is never sent late.
 */
export function keepOpen(open: () => Promise<Line>, clock: Clock, options: KeepOpenOptions = {}): Line {
  return new KeptLine(open, clock, options);
}

class KeptLine extends EventEmitter<LineEvents> implements Line {
  #inner: Line | undefined;
  #stop = new AbortController();
  #running: Promise<void>;

  constructor(open: () => Promise<Line>, clock: Clock, options: KeepOpenOptions) {
    super();
    this.#running = this.#run(open, clock, options);
  }

  get online(): boolean {
    return this.#inner?.online ?? false;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#inner) throw new LineError('line/offline', 'kept line');
    await this.#inner.write(bytes);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(open: () => Promise<Line>, clock: Clock, options: KeepOpenOptions): Promise<void> {
    const { initialMs = 250, maxMs = 5000, onFailure } = options;
    let waitMs = initialMs;
    while (!this.#stop.signal.aborted) {
      try {
        const line = await open();
        waitMs = initialMs;
        await this.#use(line);
      } catch (error) {
        onFailure?.(error);
      }
      if (this.#stop.signal.aborted) return;
      await clock.sleep(waitMs, this.#stop.signal).catch(() => undefined); // aborted: the loop ends
      waitMs = Math.min(waitMs * 2, maxMs);
    }
  }

  /** Hands on one line's bytes until its device goes or we are closed. */
  async #use(line: Line): Promise<void> {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    line.on('data', bytes => this.emit('data', bytes));
    line.on('offline', error => {
      this.#inner = undefined;
      this.emit('offline', error);
      end();
    });
    const stopped = () => end();
    this.#stop.signal.addEventListener('abort', stopped, { once: true });
    if (!line.online || this.#stop.signal.aborted) end();
    else {
      this.#inner = line;
      this.emit('online');
    }
    await over;
    this.#stop.signal.removeEventListener('abort', stopped);
    this.#inner = undefined;
    await line.close();
  }
}
