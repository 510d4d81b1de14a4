// What a journal was given and what it promised in one life, each with the number of device operations recorded then.
import type { Journal } from '../../agent/journal/journal.ts';

export interface Given {
  body: Buffer;
  /** Operations recorded when it was handed to `append`. */
  at: number;
  /** Its place, once `append` resolved, and when that was. */
  done?: { seq: number; at: number };
}

/** A cursor of the hub. */
export interface Cursor {
  seq: number;
  at: number;
}

/** Every body begins with its number (4 bytes), and no two have the same. */
export const numberOf = (body: Buffer): number => body.readUInt32BE(0);

export class History {
  readonly given = new Map<number, Given>();
  readonly cursors: Cursor[] = [];
  #next = 1;
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What an earlier life left in the journal counts as acknowledged before this one. */
  async takeOver(journal: Journal): Promise<void> {
    const { seq } = journal.acknowledged;
    this.cursors.push({ seq, at: 0 });
    for (const entry of await journal.read(seq, { limit: Infinity })) {
      const number = numberOf(entry.body);
      this.given.set(number, { body: entry.body, at: 0, done: { seq: entry.seq, at: 0 } });
    }
    // records of the previous life that this one does not know must not be found later: so numbers go on far above them
    this.#next = Math.max(0, ...this.given.keys()) + 100_000;
  }

  /** Appends `bytes` (4 or more) of what `fill` gives. Errors: those of the journal. */
  async append(journal: Journal, bytes: number, random: () => number): Promise<void> {
    const body = Buffer.alloc(bytes, Math.floor(random() * 256));
    body.writeUInt32BE(this.#next, 0);
    const given: Given = { body, at: this.#now() };
    this.given.set(this.#next++, given);
    const { seq } = await journal.append(body);
    given.done = { seq, at: this.#now() };
  }

  async acknowledge(journal: Journal, cursor: { seq: number; tag: Buffer }): Promise<void> {
    this.cursors.push({ seq: cursor.seq, at: this.#now() });
    await journal.acknowledge({ ...cursor, generation: 1 });
  }
}
