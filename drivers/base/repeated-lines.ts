// Limits how often one log line is repeated: a terminal that is offline for a month must not fill its disk with one failure.

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  event: string;
  fields: Readonly<Record<string, string | number | boolean>>;
}

const windowMs = 10 * 60_000;
/** How often the same line is written within a window. A line of a visit without trouble is repeated by each visit. */
const maxRepeats = { info: 100, warn: 10, error: 10 };
/** Different lines that are counted at once. The one that came first is forgotten for another. */
const maxKept = 200;

interface Kept {
  line: LogLine;
  since: number;
  written: number;
  left: number;
}

export class RepeatedLines {
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  /** `now`: monotonic ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is written for `line`: first the lines whose time is over, with the number of repeats that were left out. */
  pass(line: LogLine): LogLine[] {
    const written = this.#expired();
    const key = JSON.stringify([line.event, line.fields]);
    let kept = this.#kept.get(key);
    if (!kept) {
      if (this.#kept.size >= maxKept) written.push(...this.#forget(this.#kept.keys().next().value!));
      kept = { line, since: this.#now(), written: 0, left: 0 };
      this.#kept.set(key, kept);
    }
    if (kept.written >= maxRepeats[line.level]) {
      kept.left++;
      return written;
    }
    kept.written++;
    return [...written, line];
  }

  #expired(): LogLine[] {
    const since = this.#now() - windowMs;
    const expired: string[] = [];
    for (const [key, kept] of this.#kept) {
      if (kept.since > since) break; // in the order in which they came
      expired.push(key);
    }
    return expired.flatMap(key => this.#forget(key));
  }

  #forget(key: string): LogLine[] {
    const { line, left } = this.#kept.get(key)!;
    this.#kept.delete(key);
    return left === 0 ? [] : [{ ...line, fields: { ...line.fields, repeated: left } }];
  }
}
