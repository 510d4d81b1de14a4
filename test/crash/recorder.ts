// Our end of the thread that serves a device (recorder.fixture.ts).
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Recording } from './recording.ts';

/** How the device behaves from now on. Without any: at the speed of memory, and without failure. */
export interface Orders {
  /** Milliseconds that a flush takes. */
  flushMs?: number;
  /** Microseconds for each 4 KiB block that is written. */
  blockUs?: number;
  /** EIO on so many of the next writes, which then change nothing. Infinity: on each. */
  failWrites?: number;
  /** EIO on so many of the next flushes. Infinity: on each. */
  failFlushes?: number;
}

export interface RecorderSetup {
  bytes: SharedArrayBuffer;
  counters: SharedArrayBuffer;
  /** Path of its Unix socket. */
  socket: string;
}

/** Places in `counters`; `never` is waited on to let time pass. */
export const slot = { operations: 0, writes: 1, flushes: 2, never: 3 } as const;

export class Recorder {
  #worker: Worker;
  #counters: Int32Array;

  private constructor(worker: Worker, counters: Int32Array) {
    this.#worker = worker;
    this.#counters = counters;
  }

  static async start(bytes: SharedArrayBuffer, socket: string): Promise<Recorder> {
    const counters = new SharedArrayBuffer(16);
    const workerData: RecorderSetup = { bytes, counters, socket };
    const worker = new Worker(new URL('recorder.fixture.ts', import.meta.url), { workerData });
    await once(worker, 'message');
    return new Recorder(worker, new Int32Array(counters));
  }

  /** Operations recorded so far: read at once, so that what is known now stands at its right place in the recording. */
  get recorded(): number {
    return Atomics.load(this.#counters, slot.operations);
  }

  /** Requests that reached the device since it was made. */
  get requests(): { writes: number; flushes: number } {
    const at = (place: number) => Atomics.load(this.#counters, place);
    return { writes: at(slot.writes), flushes: at(slot.flushes) };
  }

  async order(orders: Orders): Promise<void> {
    await this.#ask(orders);
  }

  async record(): Promise<void> {
    await this.#ask('record');
  }

  async stop(): Promise<Recording> {
    return (await this.#ask('stop')) as Recording;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(message: Orders | 'record' | 'stop'): Promise<unknown> {
    this.#worker.postMessage(message);
    const [answer] = await once(this.#worker, 'message');
    return answer;
  }
}
