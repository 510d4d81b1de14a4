// Keeps a PC/SC context alive: opened, watched, torn down whole and opened again with back-off whenever anything fails.
import type { Clock } from '../base/clock.ts';
import type { OpenPcsc, PcscContext, PcscReader } from './pcsc.ts';

export interface WatchListener {
  /** State as SCardGetStatusChange tells it: flags below, a counter of insertions and removals in the upper 16 bits. */
  status(reader: PcscReader, state: number): void;
  /** The reader, or pcscd, has gone; what was known of it is void. */
  lost(): void;
}

/** First wait before opening again; doubles up to the last. */
const FIRST_WAIT_MS = 100;
const LAST_WAIT_MS = 5_000;
/** A context that lived this long was good: the next wait is the first again. */
const GOOD_AFTER_MS = 2_000;
/** A context without a reader is opened anew, for one that is plugged in again may stay unseen (node-pcsclite#68). */
const RESCAN_MS = 5_000;

export class PcscWatch {
  #open: OpenPcsc;
  #clock: Clock;
  #listener: WatchListener;
  #wants: (name: string) => boolean;
  #stop = new AbortController();
  #lost: () => void = () => {};
  /** Native threads still point at closed objects for a moment: the last ones are kept from the garbage collector. */
  #retired = new Set<unknown>();
  #running: Promise<void>;

  /** `wants` picks the reader by its name; the first that it likes is watched. */
  constructor(open: OpenPcsc, clock: Clock, wants: (name: string) => boolean, listener: WatchListener) {
    this.#open = open;
    this.#clock = clock;
    this.#wants = wants;
    this.#listener = listener;
    this.#running = this.#run();
  }

  /** Tears the context down and opens a new one. */
  rebuild(): void {
    this.#lost();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#lost();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const began = this.#clock.now();
      const context = this.#tryOpen();
      if (context) await this.#live(context);
      if (this.#clock.now() - began >= GOOD_AFTER_MS) wait = FIRST_WAIT_MS;
      if (!signal.aborted) await this.#pause(wait, signal);
      wait = Math.min(2 * wait, LAST_WAIT_MS);
    }
  }

  /** pcscd that is down is no error here but the state `offline`, which the listener has from the start. */
  #tryOpen(): PcscContext | undefined {
    try {
      return this.#open();
    } catch {
      return undefined;
    }
  }

  /** Returns when the context is of no more use, and is closed. */
  async #live(context: PcscContext): Promise<void> {
    const readers: PcscReader[] = [];
    let chosen: PcscReader | undefined;
    const end = Promise.withResolvers<void>();
    const over = new AbortController();
    // From setImmediate: the library calls with the reader's mutex held, and close() would wait for it for ever.
    this.#lost = () => setImmediate(end.resolve);
    context.on('error', this.#lost);
    context.on('reader', reader => {
      readers.push(reader);
      reader.on('error', this.#lost);
      reader.on('end', this.#lost);
      if (chosen || !this.#wants(reader.name)) return;
      chosen = reader;
      reader.on('status', ({ state }) =>
        setImmediate(() => !over.signal.aborted && this.#listener.status(reader, state)),
      );
    });
    void this.#pause(RESCAN_MS, over.signal).then(() => chosen ?? end.resolve());
    await end.promise;
    over.abort();
    if (chosen) this.#listener.lost();
    // Readers first: closing the context alone leaves their threads, and the process never ends.
    for (const reader of readers) reader.close();
    context.close();
    this.#retired.clear();
    for (const closed of [context, ...readers]) this.#retired.add(closed);
  }

  /** Sleeps; an abort ends it early, which is no error here. */
  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal).catch(error => {
      if (!signal.aborted) throw error;
    });
  }
}
