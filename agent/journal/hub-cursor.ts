// The hub's cursor as the journal keeps it. It moves in memory at once and is on the disk a little later: one that power
// took away is an older one, and the hub says it again. Only segments wait for it: none is given up before it is there.
import { type JournalRecord, recordType } from './commit-format.ts';
import { type CursorRecord, encodeCursor } from './cursor-record.ts';

export class HubCursor {
  /** As it stands. */
  now: CursorRecord;
  #saved: CursorRecord;

  constructor(saved: CursorRecord) {
    this.now = saved;
    this.#saved = saved;
  }

  /** Whether the disk has an older one. */
  get isUnsaved(): boolean {
    return this.now !== this.#saved;
  }

  /** Segments below this number may go. */
  get oldestSaved(): number {
    return this.#saved.oldestSegment;
  }

  /** Whether segments wait for it to be saved. */
  get makesRoom(): boolean {
    return this.now.oldestSegment > this.#saved.oldestSegment;
  }

  /** What to write; and what to call when it is on the disk. */
  toSave(): { record: JournalRecord; saved: () => void } {
    const told = this.now;
    return {
      record: { type: recordType.acknowledgement, body: encodeCursor(told) },
      saved: () => {
        this.#saved = told;
      },
    };
  }
}
