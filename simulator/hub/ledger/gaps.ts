// Terminals that begin behind what the ledger has, again and again from the same record: they hold an acknowledgement for
// what is missing, so it is the ledger that has lost it, and did not say so by a new generation.

/** A batch that got lost leaves a gap too, but then the terminal goes back and sends it once more. */
const timesForGood = 3;

export class Gaps {
  readonly #from = new Map<string, { from: number; times: number }>();

  /** Notes a batch of `terminal` that begins at record `from`, behind a gap. Whether it is certain now what that means. */
  note(terminal: string, from: number): boolean {
    const known = this.#from.get(terminal);
    if (known && from > known.from) return false; // the next one of those that are on the way together
    const times = known?.from === from ? known.times + 1 : 1;
    this.#from.set(terminal, { from, times });
    return times >= timesForGood;
  }

  /** Records of `terminal` were taken: what was missing has come. */
  over(terminal: string): void {
    this.#from.delete(terminal);
  }
}
