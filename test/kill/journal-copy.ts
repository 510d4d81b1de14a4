// The terminal's journal, read by the agent's own reader from a copy. It is copied whenever the agent is dead, so that no entry is
// missed that is recycled later.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import type { Entry } from '../../agent/journal/entry.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { type LedgerRecord, readRecord } from '../../agent/protocol/ledger.ts';
import { type Event, readEvent } from '../../agent/transaction/event.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';

export interface JournalStep {
  transaction: string;
  at: string;
  event: Event['is'];
  /** ms since 1970, taken before it was written. */
  wall: number;
}

export class JournalCopy {
  /** All entries since the enrolment. */
  readonly entries: Entry[] = [];
  readonly steps: JournalStep[] = [];
  readonly #folder: string;

  /** `folder`: the agent's own. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes what is new. The agent does not run. Errors: JournalError, for a journal that was tampered with. */
  async read(): Promise<void> {
    const { terminal, epoch, journalKeys: dataKeys } = await readHome(this.#folder);
    const dir = temporaryFolder('journal-copy');
    try {
      const folder = join(dir, 'journal');
      await cp(join(this.#folder, 'journal'), folder, { recursive: true });
      const checkpoint = () => ({ body: Buffer.alloc(0) });
      const owner = { log: 'ledger', terminal, epoch, dataKeys } as const;
      const journal = await openJournal({ folder, ...owner, checkpoint, reserveSegments: 0 });
      const entries = await journal.read(this.entries.at(-1)?.seq ?? 0, { limit: 1_000_000 });
      await journal.close();
      this.entries.push(...entries);
      this.steps.push(...entries.map(({ body }) => readRecord(body)).flatMap(asStep));
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  /** The last step before this instant (ms since 1970); undefined before the first. */
  stepAt(wall: number): JournalStep | undefined {
    return this.steps.findLast(step => step.wall <= wall);
  }
}

const asStep = (record: LedgerRecord): JournalStep[] =>
  record.type === 'step'
    ? [
        {
          transaction: record.transaction.toString('hex'),
          at: record.at,
          event: readEvent(record.event).is,
          wall: record.wall,
        },
      ]
    : [];
