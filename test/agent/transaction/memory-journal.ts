// A journal in memory. It lasts as long as the test. It can be made to refuse, and can be read by a later run.
import type { Entry } from '../../../agent/journal/entry.ts';
import type { Journal } from '../../../agent/journal/journal.ts';

type Part = Pick<Journal, 'recovered' | 'append' | 'onAppend'>;

export class MemoryJournal implements Part {
  readonly recovered: Journal['recovered'];
  readonly entries: Entry[];
  /** Thrown by `append` once set. */
  failure: Error | undefined;
  /** Awaited by `append` once set: a slow disk. */
  delay: Promise<void> | undefined;
  #listeners: ((entry: Entry) => void)[] = [];

  constructor(entries: readonly Entry[] = [], checkpoint?: Buffer) {
    this.recovered = { checkpoint, entries: [...entries] };
    this.entries = [...entries];
  }

  async append(body: Buffer): Promise<Entry> {
    await this.delay;
    if (this.failure) throw this.failure;
    const entry = { seq: (this.entries.at(-1)?.seq ?? 0) + 1, tag: Buffer.alloc(16), body };
    this.entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
    return entry;
  }

  onAppend(listener: (entry: Entry) => void): () => void {
    this.#listeners.push(listener);
    return () => undefined;
  }
}
