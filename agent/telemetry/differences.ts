// Compares each set with the previous one: what came, and what is gone.

export class Differences {
  #before: ReadonlySet<string> = new Set();

  /** Compares `now` with the set of the last call; with the empty set at first. */
  against(now: Iterable<string>): { come: string[]; gone: string[] } {
    const [before, after] = [this.#before, new Set(now)];
    this.#before = after;
    return {
      come: [...after].filter(one => !before.has(one)),
      gone: [...before].filter(one => !after.has(one)),
    };
  }
}
