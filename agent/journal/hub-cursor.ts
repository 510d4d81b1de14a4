// The hub's cursor in the journal. It moves in memory at once, and is saved a little later. After a power cut an older one may
// be found; the hub then acknowledges again. A segment is given up only after the cursor that allows it was saved.
import { type JournalRecord, recordType } from './commit-format.ts';
import { type CursorRecord, encodeCursor } from './cursor-record.ts';

export class HubCursor {
  /** The cursor in memory. */
  now: CursorRecord;
  #saved: CursorRecord;

  constructor(saved: CursorRecord) {
    this.now = saved;
    this.#saved = saved;
  }

  /** Whether the saved cursor is older. */
  get isUnsaved(): boolean {
    return this.now !== this.#saved;
  }

  /** Segments below this number may be given up. */
  get oldestSaved(): number {
    return this.#saved.oldestSegment;
  }

  /** Whether segments can be given up once the cursor is saved. */
  get makesRoom(): boolean {
    return this.now.oldestSegment > this.#saved.oldestSegment;
  }

  /** The record to write, and what to call when it is durable. */
  toSave(): { record: JournalRecord; saved: () => void } {
    const cursor = this.now;
    return {
      record: { type: recordType.acknowledgement, body: encodeCursor(cursor) },
      saved: () => {
        this.#saved = cursor;
      },
    };
  }
}
