// A journal that outlives the process, and the moments at which the process may die: just before a record is durable,
// and just after.
import type { Entry } from '../../../../agent/journal/entry.ts';
import { readRecord } from '../../../../agent/protocol/ledger.ts';
import { readEvent } from '../../../../agent/transaction/event.ts';
import type { State } from '../../../../agent/transaction/state.ts';
import type { Line } from './chronicle.ts';

/** The power is cut here. */
export class Cut extends Error {}

/** Counts the moments of all lives of a transaction, and dies at those that were asked for. */
export class Moments {
  #passed = 0;
  readonly #cuts: ReadonlySet<number>;

  constructor(cuts: readonly number[]) {
    this.#cuts = new Set(cuts);
  }

  get passed(): number {
    return this.#passed;
  }

  pass(where: string): void {
    if (this.#cuts.has(this.#passed++)) throw new Cut(where);
  }
}

export class LastingJournal {
  readonly #moments: Moments;
  readonly #onRecord: (line: Line) => void;
  readonly #entries: Entry[] = [];

  constructor(moments: Moments, onRecord: (line: Line) => void) {
    this.#moments = moments;
    this.#onRecord = onRecord;
  }

  /** What a process sees of it that starts now. */
  open() {
    const listeners: ((entry: Entry) => void)[] = [];
    return {
      recovered: { checkpoint: undefined, entries: [...this.#entries] },
      append: async (body: Buffer): Promise<Entry> => {
        const record = readRecord(body);
        this.#moments.pass(`before a record is durable: ${record.type}`);
        const entry = { seq: this.#entries.length + 1, tag: Buffer.alloc(16), body };
        this.#entries.push(entry);
        for (const listen of listeners) listen(entry);
        if (record.type === 'step')
          this.#onRecord({ reported: readEvent(record.event), at: record.at as State['at'] });
        if (record.type === 'end') this.#onRecord({ ended: record });
        this.#moments.pass(`after a record is durable: ${record.type}`);
        return entry;
      },
      onAppend: (listen: (entry: Entry) => void) => {
        listeners.push(listen);
        return () => undefined;
      },
    };
  }
}
