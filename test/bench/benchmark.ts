// What a benchmark is: a comparison that is made in rounds, each of which measures us and then the alternative.

export type Unit = 'ms' | 'us' | 'MiB' | 'APDUs' | 'records/s' | 'B' | '';

/** One line of the table: a figure a round, in the order of the rounds. */
export interface Line {
  what: string;
  unit: Unit;
  us: number[];
  /** Empty where there is nothing to compare with: a part of a line above. */
  alternative: number[];
}

export interface Benchmark {
  /** As it is asked for on the command line. */
  name: string;
  /** What is counted on either side: sentences for the person who reads the figures. */
  about: string;
  /** Rounds where none are asked for. */
  rounds: number;
  /** Measures on a disk of its own too, where this machine allows it. */
  onDevice?: true;
  /** Warms up with one round that does not count, then measures `rounds` (1 or more). */
  run(rounds: number, how?: Effort): Promise<readonly Line[]>;
}

/** `short`: shows that it works, with few records and without a warm-up; its figures say nothing. */
export type Effort = 'full' | 'short';

/** Collects lines, in the order in which they were first added. */
export class Figures {
  readonly #lines = new Map<string, Line>();

  add(what: string, unit: Unit, us: number, alternative?: number): void {
    const line = this.#lines.get(what) ?? { what, unit, us: [], alternative: [] };
    line.us.push(us);
    if (alternative !== undefined) line.alternative.push(alternative);
    this.#lines.set(what, line);
  }

  get lines(): readonly Line[] {
    return [...this.#lines.values()];
  }
}

/** Runs `round` once for nothing, unless `short`, and then `rounds` times for the figures that it adds. */
export async function inRounds(
  rounds: number,
  how: Effort,
  round: (figures: Figures) => Promise<void>,
): Promise<readonly Line[]> {
  if (how === 'full') await round(new Figures());
  const figures = new Figures();
  for (let nth = 0; nth < rounds; nth++) await round(figures);
  return figures.lines;
}
