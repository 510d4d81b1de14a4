// A Line that stays usable when its device is unplugged: it waits for the device and opens it again at the same path.
import { EventEmitter } from 'node:events';
import type { BackOff } from '../base/back-off.ts';
import type { Clock } from '../base/clock.ts';
import { keepAlive } from '../base/keep-alive.ts';
import type { Line, LineEvents } from './line.ts';
import { LineError } from './line-error.ts';

/** Waits between two attempts to open, with full jitter. Default 250 ms to 5 s. */
export interface KeepOpenOptions extends Partial<BackOff> {
  /** A line that was open for at least this time, in ms, resets the waits. Default 2000. */
  stableMs?: number;
  /** In [0, 1). Default Math.random. */
  random?: () => number;
  /** Called for each failed attempt. */
  onFailure?: (error: unknown) => void;
}

/**
 * Returns a line at once. It is offline until `open` (e.g. `() => openLine(path, settings, clock)`) has resolved.
 * Bytes written while the device is absent are refused with line/offline, so that a command is never sent late.
 */
export function keepOpen(open: () => Promise<Line>, clock: Clock, options: KeepOpenOptions = {}): Line {
  const line = new KeptLine(open);
  line.start(clock, options);
  return line;
}

class KeptLine extends EventEmitter<LineEvents> implements Line {
  #open: () => Promise<Line>;
  #inner: Line | undefined;
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(open: () => Promise<Line>) {
    super();
    this.#open = open;
  }

  start(clock: Clock, options: KeepOpenOptions): void {
    this.#running ??= keepAlive(async up => this.#use(await this.#open(), up), {
      ...{ initialMs: 250, maxMs: 5000, stableMs: 2000, random: Math.random },
      ...options,
      clock,
      signal: this.#stop.signal,
    });
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

  /** Forwards one line's bytes until its device is gone or this line is closed. */
  async #use(line: Line, up: () => void): Promise<void> {
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
      up();
      this.emit('online');
    }
    await over;
    this.#stop.signal.removeEventListener('abort', stopped);
    this.#inner = undefined;
    await line.close();
  }
}
