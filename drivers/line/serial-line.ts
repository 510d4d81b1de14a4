// A serial port as a Line, by node-serialport. It ends when the device is disconnected; `keep-open.ts` opens it again.
import { EventEmitter } from 'node:events';
import { stat } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import type { Clock } from '../base/clock.ts';
import type { Line, LineEvents, LineSettings } from './line.ts';
import { LineError, type LineErrorCode } from './line-error.ts';

/** Interval between checks of the device's path: an unplug may raise no event (node-serialport issues 2043 and 2351). */
const checkMs = 250;

/**
 * Opens the serial device at `path` and locks it against other programs (flock).
 * Errors: line/absent, line/denied, line/busy, line/unusable.
 */
export async function openLine(path: string, settings: LineSettings, clock: Clock): Promise<Line> {
  const device = await identity(path).catch(cause => {
    throw new LineError(openFailure(cause), path, cause);
  });
  const { SerialPort } = await import('serialport'); // native addon: loaded only if a line is used
  const port = new SerialPort({ path, ...settings, stopBits: 1, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open(cause => (cause ? reject(new LineError(openFailure(cause), path, cause)) : resolve()));
  });
  return new SerialLine(port, path, device, clock);
}

class SerialLine extends EventEmitter<LineEvents> implements Line {
  #port: SerialPort;
  #path: string;
  #ended: Promise<void> | undefined;
  #watch = new AbortController();

  constructor(port: SerialPort, path: string, device: string, clock: Clock) {
    super();
    this.#port = port;
    this.#path = path;
    port.on('data', bytes => this.emit('data', bytes));
    port.on('error', cause => this.#lose(cause));
    port.on('close', (cause: unknown) => this.#lose(cause));
    void this.#monitor(device, clock);
  }

  get online(): boolean {
    return this.#ended === undefined;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.online) return Promise.reject(new LineError('line/offline', this.#path));
    return new Promise((resolve, reject) => {
      const lost = (cause?: unknown) => reject(new LineError('line/lost', this.#path, cause));
      const ended = () => lost(); // serialport may never call back after the end
      this.#watch.signal.addEventListener('abort', ended, { once: true });
      this.#port.write(Buffer.from(bytes), cause => {
        this.#watch.signal.removeEventListener('abort', ended);
        if (cause) lost(cause);
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#ended ??= this.#release();
    return this.#ended;
  }

  #release(): Promise<void> {
    this.#watch.abort();
    return new Promise(resolve => {
      if (!this.#port.isOpen) return resolve();
      this.#port.close(() => resolve());
    });
  }

  #lose(cause: unknown): void {
    if (!this.online) return;
    void this.close();
    this.emit('offline', new LineError('line/lost', this.#path, cause));
  }

  /** Ends the line when its path has another device, or none. */
  async #monitor(device: string, clock: Clock): Promise<void> {
    while (this.online) {
      try {
        await clock.sleep(checkMs, this.#watch.signal);
        if ((await identity(this.#path)) !== device) this.#lose(new Error('another device is at this path'));
      } catch (cause) {
        this.#lose(cause); // the path is gone. After our own close this does nothing
      }
    }
  }
}

/** Distinguishes this device from a later one at the same path. */
async function identity(path: string): Promise<string> {
  const { dev, ino, rdev } = await stat(path);
  return `${dev}:${ino}:${rdev}`;
}

/** serialport reports most causes as text only. The stable part of the text is the system's error name. */
function openFailure(cause: unknown): LineErrorCode {
  const text = String(cause);
  if (/ENOENT|ENXIO|ENODEV|No such (file|device)/i.test(text)) return 'line/absent';
  if (/EACCES|EPERM|permission denied/i.test(text)) return 'line/denied';
  if (/EBUSY|EWOULDBLOCK|cannot lock port|resource temporarily unavailable/i.test(text)) return 'line/busy';
  return 'line/unusable';
}
