// Every step of a demo with its time: shown as it happens, and in timeline.json afterwards.

export interface TimelineEntry {
  /** Monotonic milliseconds since the demo began. */
  ms: number;
  /** `start`, `open`, `customer`, `fault`, `screen`, `agent`, `gate`, `native`, `hub`, `ledger`, or a device. */
  who: string;
  what: string;
  /** Of the screen: the prompt's id, and the codes of what is missing (docs/panel.md). */
  prompt?: string;
  missing?: readonly string[];
  /** Of the agent: a step of a transaction. */
  step?: { transaction: string; event: string; at: string };
}

export type Details = Pick<TimelineEntry, 'prompt' | 'missing' | 'step'>;

export class Stopwatch {
  readonly entries: TimelineEntry[] = [];
  readonly #begun = performance.now();
  readonly #show: (entry: TimelineEntry) => void;

  constructor(show: (entry: TimelineEntry) => void) {
    this.#show = show;
  }

  /** Milliseconds since the demo began, to a tenth. */
  get ms(): number {
    return Math.round((performance.now() - this.#begun) * 10) / 10;
  }

  mark(who: string, what: string, details: Details = {}): void {
    const entry = { ms: this.ms, who, what, ...details };
    this.entries.push(entry);
    this.#show(entry);
  }
}
