// Every step of a demo with its time: on the screen as it happens, and in timeline.json afterwards.

export interface TimelineEntry {
  /** Monotonic milliseconds since the demo began. */
  ms: number;
  who: string;
  what: string;
}

export class Stopwatch {
  readonly entries: TimelineEntry[] = [];
  readonly #begun = performance.now();
  readonly #print: (entry: TimelineEntry) => void;

  constructor(print: (entry: TimelineEntry) => void) {
    this.#print = print;
  }

  mark(who: string, what: string): void {
    const entry = { ms: Math.round((performance.now() - this.#begun) * 10) / 10, who, what };
    this.entries.push(entry);
    this.#print(entry);
  }
}

export const asLine = ({ ms, who, what }: TimelineEntry): string =>
  `${(ms / 1000).toFixed(3).padStart(8)} s  ${who.padEnd(15)} ${what}`;
