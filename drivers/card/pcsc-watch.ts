// Keeps a PC/SC context alive. After any failure it closes the context with all its readers and opens a new one.
import type { Clock } from '../base/clock.ts';
import { startDeadline } from '../base/deadline.ts';
import { keepAlive } from '../base/keep-alive.ts';
import type { OpenPcsc, PcscContext, PcscReader } from './pcsc.ts';

export interface WatchListener {
  /** State from SCardGetStatusChange: flags in the lower 16 bits, a counter of insertions and removals in the upper 16 bits. */
  status(reader: PcscReader, state: number): void;
  /** The reader or pcscd is gone. Its last reported state is no longer valid. */
  lost(): void;
}

const pauses = {
  initialMs: 100,
  maxMs: 5_000,
  /** The threads of a closed context need this time to end. */
  minMs: 50,
  stableMs: 2_000,
};
/** A context without a reader is replaced after this time: it may miss a reader that is plugged in again (node-pcsclite#68). */
const rescanMs = 5_000;

export interface WatchOptions {
  open: OpenPcsc;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Whether the reader of this name is the one to watch. The first reader for which it is true is watched. */
  wants: (name: string) => boolean;
  listener: WatchListener;
}

export class PcscWatch {
  #options: WatchOptions;
  #stop = new AbortController();
  #lost: () => void = () => {};
  /** Native threads use closed objects for a short time. This protects the last ones from the garbage collector. */
  #retired = new Set<unknown>();
  #running: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, random } = this.#options;
    const { signal } = this.#stop;
    this.#running ??= keepAlive(up => this.#run(up), { ...pauses, clock, random, signal });
  }

  /** Closes the context and opens a new one. */
  rebuild(): void {
    this.#lost();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#lost();
    await this.#running;
  }

  async #run(up: () => void): Promise<void> {
    const context = this.#tryOpen();
    if (!context) return;
    up();
    await this.#use(context);
  }

  /** It is not an error if pcscd does not run: the listener is in state `offline` then, which is its initial state. */
  #tryOpen(): PcscContext | undefined {
    try {
      return this.#options.open();
    } catch {
      return undefined;
    }
  }

  /** Returns when the context has failed and is closed. */
  async #use(context: PcscContext): Promise<void> {
    const { clock, wants, listener } = this.#options;
    const readers: PcscReader[] = [];
    let chosen: PcscReader | undefined;
    const end = Promise.withResolvers<void>();
    const over = new AbortController();
    // By setImmediate: the library calls back while it holds the reader's mutex, and close() would wait for it for ever.
    this.#lost = () => setImmediate(end.resolve);
    context.on('error', this.#lost);
    context.on('reader', reader => {
      readers.push(reader);
      reader.on('error', this.#lost);
      reader.on('end', this.#lost);
      if (chosen || !wants(reader.name)) return;
      chosen = reader;
      reader.on('status', ({ state }) =>
        setImmediate(() => !over.signal.aborted && listener.status(reader, state)),
      );
    });
    const stopRescan = startDeadline(clock, rescanMs, () => chosen ?? end.resolve());
    await end.promise;
    over.abort();
    stopRescan();
    if (chosen) listener.lost();
    // The readers are closed before the context. Closing only the context leaves their threads running, and the process never ends.
    for (const reader of readers) reader.close();
    context.close();
    this.#retired.clear();
    for (const closed of [context, ...readers]) this.#retired.add(closed);
  }
}
