// A byte stream to and from a serial device. The drivers of the PIN pad and the receipt printer use it.
import type { EventEmitter } from 'node:events';
import type { LineError } from './line-error.ts';

export interface LineEvents {
  /** Received bytes, in chunks of any size. */
  data: [bytes: Buffer];
  /** The device is connected (again). */
  online: [];
  /** The device was disconnected. A line of `openLine` has then ended; a line of `keepOpen` waits for the device. */
  offline: [error: LineError];
}

/**
 * Sends and receives bytes, and reports when the device is connected or disconnected. No event throws. Bytes written while
 * the line is offline are refused, not queued.
 */
export interface Line extends EventEmitter<LineEvents> {
  readonly online: boolean;
  /** Resolves when the operating system has accepted all bytes, not when the device has. Errors: line/offline, line/lost. */
  write(bytes: Uint8Array): Promise<void>;
  /** Releases the device. No event follows. May be called twice. */
  close(): Promise<void>;
}

/** Settings of a serial line. Always one stop bit and no flow control. */
export interface LineSettings {
  /** Bits per second, e.g. 1200. */
  baudRate: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
}
