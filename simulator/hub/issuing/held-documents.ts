// Sealed documents that wait to be fetched. They are in memory only, until their transaction ends or their time is over.

interface Held {
  terminal: string;
  sealed: Buffer;
  until: number;
}

export class HeldDocuments {
  readonly #keepMs: number;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();

  /** `keepMs`: max time from the order on; `now`: monotonic ms. */
  constructor(keepMs: number, now: () => number) {
    this.#keepMs = keepMs;
    this.#now = now;
  }

  hold(transaction: Buffer, terminal: string, sealed: Buffer): void {
    this.#held.set(transaction.toString('hex'), { terminal, sealed, until: this.#now() + this.#keepMs });
  }

  /** The document, if this terminal ordered it. */
  find(transaction: Buffer, terminal: string): Buffer | undefined {
    this.sweep();
    const found = this.#held.get(transaction.toString('hex'));
    return found?.terminal === terminal ? found.sealed : undefined;
  }

  forget(transaction: Buffer, terminal: string): void {
    if (this.find(transaction, terminal)) this.#held.delete(transaction.toString('hex'));
  }

  /** Removes documents that were held too long. */
  sweep(): void {
    for (const [key, { until }] of this.#held) if (until <= this.#now()) this.#held.delete(key);
  }

  get size(): number {
    return this.#held.size;
  }
}
