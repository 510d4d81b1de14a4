// How often one address may be wrong: guessing 125 bits is hopeless, and a broken installer's script is not.

export class Attempts {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #failures = new Map<string, number[]>();

  /** At most `most` failures from one address in `windowMs`; `now` is monotonic. */
  constructor(most: number, windowMs: number, now: () => number) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  allowed(address: string): boolean {
    this.#forget();
    return (this.#failures.get(address)?.length ?? 0) < this.#most;
  }

  failed(address: string): void {
    this.#failures.set(address, [...(this.#failures.get(address) ?? []), this.#now()]);
  }

  #forget(): void {
    const since = this.#now() - this.#windowMs;
    for (const [address, times] of this.#failures) {
      const kept = times.filter(time => time > since);
      if (kept.length > 0) this.#failures.set(address, kept);
      else this.#failures.delete(address);
    }
  }
}
