// Finds terminals that send batches from the same record after a gap, several times. Such a terminal has an acknowledgement
// for the missing records. So the ledger has lost them, and its generation was not raised.

/** A lost batch makes a gap too, but then the terminal sends it again. Hence a gap counts after three batches only. */
const timesUntilCertain = 3;

export class Gaps {
  readonly #from = new Map<string, { from: number; times: number }>();

  /** Counts a batch of `terminal` that begins at record `from`, after a gap. True if the ledger certainly lost records. */
  note(terminal: string, from: number): boolean {
    const known = this.#from.get(terminal);
    if (known && from > known.from) return false; // one of several batches that were sent together
    const times = known?.from === from ? known.times + 1 : 1;
    this.#from.set(terminal, { from, times });
    return times >= timesUntilCertain;
  }

  /** Records of `terminal` were stored: the gap is closed. */
  closed(terminal: string): void {
    this.#from.delete(terminal);
  }
}
