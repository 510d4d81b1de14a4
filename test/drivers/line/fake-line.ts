// A line in memory. The test waits for written bytes and injects received ones.
import { EventEmitter } from 'node:events';
import type { Line, LineEvents } from '../../../drivers/line/line.ts';
import { LineError } from '../../../drivers/line/line-error.ts';

export class FakeLine extends EventEmitter<LineEvents> implements Line {
  online = true;
  readonly written: string[] = [];
  #waiting: (() => void)[] = [];

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.online) throw new LineError('line/offline', 'fake');
    this.written.push(Buffer.from(bytes).toString('hex'));
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Waits until `count` writes in total were made. */
  async wrote(count: number): Promise<void> {
    while (this.written.length < count) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  put(hex: string): void {
    this.emit('data', Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }

  lose(): void {
    this.online = false;
    this.emit('offline', new LineError('line/lost', 'fake'));
  }

  async close(): Promise<void> {
    this.online = false;
  }
}
