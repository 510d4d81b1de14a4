// Where a demo's words go: lines for a person, every detail for a developer, or JSON for a program.
import type { Writable } from 'node:stream';
import type { TimelineEntry } from './stopwatch.ts';
import type { VisitRecord } from './visit-record.ts';

export interface Output {
  /** Something happened. */
  entry(entry: TimelineEntry): void;
  /** A line for the person. */
  line(text: string): void;
  /** How it ended: the last line. */
  result(result: Result): void;
  /** Nothing follows. Safe to call twice. */
  close(): void;
}

export interface Result {
  ms: number;
  who: 'demo';
  /** `issued N of N`, or with faults `as expected N of N`. */
  what: string;
  right: number;
  of: number;
  /** What does not agree of money, paper and ledger. */
  books: readonly string[];
  /** Path of the index page. */
  index: string;
  visits: readonly (Omit<VisitRecord, 'papers'> & { files: readonly string[] })[];
  failure?: { condition: string; message: string; hint: string };
}

const asLine = ({ ms, who, what }: TimelineEntry): string =>
  `${(ms / 1000).toFixed(3).padStart(8)} s  ${who.padEnd(15)} ${what}\n`;

/** `--verbose`: everything, as it happens. */
export const verboseOutput = (to: Writable): Output => ({
  entry: entry => void to.write(asLine(entry)),
  line: text => void to.write(`${text}\n`),
  result: ({ what }) => void to.write(`${what}\n`),
  close: () => undefined,
});

/** `--json`: one array on `to`, each entry on a line of its own as it happens; lines for a person go to `aside`. */
export function jsonOutput(to: Writable, aside: Writable): Output {
  let [before, isOpen] = ['[\n', true];
  const write = (entry: TimelineEntry | Result) => {
    to.write(`${before}${JSON.stringify(entry)}\n`);
    before = ',\n';
  };
  return {
    entry: write,
    result: write,
    line: text => void aside.write(`${text}\n`),
    close() {
      if (isOpen) to.write(before === '[\n' ? '[]\n' : ']\n');
      isOpen = false;
    },
  };
}
