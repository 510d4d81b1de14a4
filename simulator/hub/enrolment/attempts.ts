// Limits the failed attempts of one address. Nobody can guess 125 bits; the limit is for a broken script of an installer.

export class Attempts {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #failures = new Map<string, number[]>();

  /** Max `max` failures from one address in `windowMs`; `now`: monotonic ms. */
  constructor(max: number, windowMs: number, now: () => number) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  allowed(address: string): boolean {
    this.#forget();
    return (this.#failures.get(address)?.length ?? 0) < this.#max;
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
