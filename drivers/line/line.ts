// A line of bytes to a serial device, as the PIN pad and the receipt printer take it.
import type { EventEmitter } from 'node:events';
import type { LineError } from './line-error.ts';

export interface LineEvents {
  /** Bytes as they came, in pieces of any size. */
  data: [bytes: Buffer];
  /** The device is (again) at its place. */
  online: [];
  /** The device went away. A line of `openLine` is over then; one of `keepOpen` waits for the device. */
  offline: [error: LineError];
}

/** Bytes both ways and word of the device's coming and going. Never throws from an event; bytes sent offline are refused, not kept. */
export interface Line extends EventEmitter<LineEvents> {
  readonly online: boolean;
  /** Resolves when the operating system took all bytes (not when the device did). Errors: line/offline, line/lost. */
  write(bytes: Uint8Array): Promise<void>;
  /** Frees the device; no event comes after. Safe to call twice. */
  close(): Promise<void>;
}

/** How a serial line is set. One stop bit, no flow control by the line itself. */
export interface LineSettings {
  /** Bits per second, e.g. 1200. */
  baudRate: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
}
