// Collects the items that arrive during a write, so that many appends share one flush. One write at a time, in order.

interface Waiting<T, R> {
  item: T;
  done: PromiseWithResolvers<R>;
}

export class GroupCommit<T, R> {
  #waiting: Waiting<T, R>[] = [];
  #running: Promise<void> | undefined;
  #write: (items: T[]) => Promise<R[]>;
  #sizeOf: (item: T) => number;
  #max: { items: number; sum: number };

  /** `write` gets at least one item, and more as long as there are at most `max.items` and the sum of their sizes is at most `max.sum`. */
  constructor(
    write: (items: T[]) => Promise<R[]>,
    sizeOf: (item: T) => number,
    max: { items: number; sum: number },
  ) {
    this.#write = write;
    this.#sizeOf = sizeOf;
    this.#max = max;
  }

  /** Settles with the outcome of the write that this item was part of. */
  add(item: T): Promise<R> {
    const done = Promise.withResolvers<R>();
    this.#waiting.push({ item, done });
    this.#running ??= this.#run();
    return done.promise;
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // items of the same turn go into one group
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#fitting());
      try {
        const results = await this.#write(group.map(({ item }) => item));
        for (const [i, { done }] of group.entries()) done.resolve(results[i]!);
      } catch (error) {
        for (const { done } of group) done.reject(error);
      }
    }
    this.#running = undefined;
  }

  #fitting(): number {
    let sum = 0;
    const over = this.#waiting.findIndex(({ item }, i) => {
      sum += this.#sizeOf(item);
      return i > 0 && (sum > this.#max.sum || i >= this.#max.items);
    });
    return over === -1 ? this.#waiting.length : over;
  }
}
