// Gathers what arrives while a write is under way, so that many appends share one flush. One write at a time, in order.

interface Waiting<T, R> {
  item: T;
  done: PromiseWithResolvers<R>;
}

export class GroupCommit<T, R> {
  #waiting: Waiting<T, R>[] = [];
  #running: Promise<void> | undefined;
  #write: (items: T[]) => Promise<R[]>;
  #sizeOf: (item: T) => number;
  #most: number;

  /** `write` gets at least one item, and more as long as their sizes sum up to `most` or less. */
  constructor(write: (items: T[]) => Promise<R[]>, sizeOf: (item: T) => number, most: number) {
    this.#write = write;
    this.#sizeOf = sizeOf;
    this.#most = most;
  }

  /** Resolves or rejects with what `write` said of the group that this item went with. */
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
    await Promise.resolve(); // what is added in the same turn goes into the same group
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
      return i > 0 && sum > this.#most;
    });
    return over === -1 ? this.#waiting.length : over;
  }
}
