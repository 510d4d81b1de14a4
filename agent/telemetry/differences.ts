// What is there now and was not before, and the other way round.

export class Differences {
  #before: ReadonlySet<string> = new Set();

  /** Of `now` against what the last call was given; against nothing at first. */
  against(now: Iterable<string>): { come: string[]; gone: string[] } {
    const [before, after] = [this.#before, new Set(now)];
    this.#before = after;
    return {
      come: [...after].filter(one => !before.has(one)),
      gone: [...before].filter(one => !after.has(one)),
    };
  }
}
