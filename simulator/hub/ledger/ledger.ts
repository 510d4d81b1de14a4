// The hub's ledger: stores each record once, in order, and acknowledges it only after the commit.
import type { DatabaseSync } from 'node:sqlite';
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import type { Acknowledgement, Batch } from '../../../agent/protocol/ledger.ts';
import { inTransaction, openDatabase, type Statements, statementsOf } from '../store/database.ts';
import { enter, wrongFieldOf } from './entries.ts';
import { Gaps } from './gaps.ts';
import { type Alarm, type LedgerReader, makeReader } from './reader.ts';
import type { LedgerAlarm } from './record-codes.ts';
import { ledgerSchema } from './schema.ts';

export interface LedgerOptions {
  /** The database's file. */
  path: string;
  /** Rises with each restore of the database from a backup [1..2^32]. It is stored elsewhere: a restore would reset it. */
  generation: number;
  /** ms since 1970. */
  wall(): number;
  /** Called for each transaction whose end is committed. */
  ended(transaction: Buffer, terminal: string): void;
  /** Called for each alarm that is committed. */
  alarmed?(alarm: Alarm): void;
}

/** A verified batch, and the key of the gate that signed its evidence. */
export interface Delivery {
  batch: Batch;
  gate: CoseKey;
}

const noTag = Buffer.alloc(16);

/** Opens the ledger at `path` to read it while the hub writes it. */
export function openLedgerReader(path: string): LedgerReader & { close(): void } {
  const database = openDatabase(path, ledgerSchema);
  return { ...makeReader(statementsOf(database)), close: () => database.isOpen && database.close() };
}

export class Ledger {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;
  readonly #options: LedgerOptions;
  readonly reader: LedgerReader;
  readonly #gaps = new Gaps();

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#database = openDatabase(options.path, ledgerSchema);
    this.#sql = statementsOf(this.#database);
    this.reader = makeReader(this.#sql);
  }

  /**
   * Stores the new records of the batches in one transaction, and returns an acknowledgement for each batch. The records are
   * durable when it returns. A batch after a gap is not stored; its acknowledgement has the present cursor. A batch with a
   * record that differs from the stored record of that number is not stored either. It raises the alarm ledger/fork: the
   * journal was cloned or rolled back. A terminal that keeps sending after a gap raises ledger/behind: the ledger has lost
   * records.
   */
  take(deliveries: readonly Delivery[]): Acknowledgement[] {
    const ended: { transaction: Buffer; terminal: string }[] = [];
    const alarms: Alarm[] = [];
    const acknowledgements = inTransaction(this.#database, () =>
      deliveries.map(({ batch, gate }) => {
        const { terminal } = batch;
        const alarm = this.#enter(batch, gate, transaction => ended.push({ transaction, terminal }));
        if (alarm) alarms.push(alarm);
        return this.#acknowledge(batch);
      }),
    );
    for (const { transaction, terminal } of ended) this.#options.ended(transaction, terminal);
    for (const alarm of alarms) this.#options.alarmed?.(alarm);
    return acknowledgements;
  }

  /** Writes a copy to `path`. No file may exist there. */
  backup(path: string): void {
    this.#sql('VACUUM INTO ?').run(path);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #enter(
    { terminal, epoch, from, records }: Batch,
    gate: CoseKey,
    ended: (transaction: Buffer) => void,
  ): Alarm | undefined {
    const upto = this.reader.cursor(terminal, epoch)?.upto ?? 0;
    const forked = records.findIndex(
      (record, i) => from + i <= upto && this.#differs(terminal, epoch, from + i, record),
    );
    if (forked >= 0)
      return this.#alarm({ terminal, epoch, seq: from + forked, code: 'ledger/fork' satisfies LedgerAlarm });
    const chain = `${terminal} ${epoch}`;
    if (from > upto + 1) {
      const behind = { terminal, epoch, seq: from - 1, code: 'ledger/behind' satisfies LedgerAlarm };
      return this.#gaps.note(chain, from) && !this.#isKnown(behind) ? this.#alarm(behind) : undefined;
    }
    const last = records.at(-1);
    if (!last || from + records.length - 1 <= upto) return undefined;
    const wall = this.#options.wall();
    for (const [i, { tag, body }] of records.entries()) {
      const seq = from + i;
      if (seq <= upto) continue;
      this.#sql('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)').run(terminal, epoch, seq, tag, body, wall);
      const refused = enter(this.#sql, { terminal, epoch, seq }, body, gate, ended);
      if (refused) this.#sql('INSERT INTO refused VALUES (?, ?, ?, ?)').run(terminal, epoch, seq, refused);
    }
    const cursor = [terminal, epoch, from + records.length - 1, last.tag] as const;
    this.#sql('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)').run(...cursor);
    this.#gaps.closed(chain);
    return undefined;
  }

  #acknowledge({ terminal, epoch, session, from, records }: Batch): Acknowledgement {
    const { upto, tag } = this.reader.cursor(terminal, epoch) ?? { upto: 0, tag: noTag };
    const refused = this.reader
      .refused(terminal, epoch, from, Math.min(upto, from + records.length - 1))
      .map(one => ({ ...one, ...wrongFieldOf(records[one.seq - from]!.body) }));
    return { terminal, epoch, session, upto, tag, generation: this.#options.generation, refused };
  }

  /** Whether the stored record has another tag or body. */
  #differs(terminal: string, epoch: number, seq: number, { tag, body }: Batch['records'][number]): boolean {
    const known = this.reader.record(terminal, epoch, seq);
    return !known?.tag.equals(tag) || !known.body.equals(body);
  }

  /**
   * Raises an alarm that a terminal reports: its journal must not be used, or its session is taken over again and again. The same
   * report again changes nothing.
   */
  reported(terminal: string, epoch: number, code: string, evidence?: Buffer): void {
    const alarm = { terminal, epoch, seq: 0, code, ...(evidence && { evidence }) };
    if (this.#isKnown(alarm)) return;
    this.#alarm(alarm);
    this.#options.alarmed?.(alarm);
  }

  #isKnown({ terminal, epoch, seq, code, evidence }: Alarm): boolean {
    return this.reader
      .alarms()
      .some(
        known =>
          known.terminal === terminal &&
          known.epoch === epoch &&
          known.seq === seq &&
          known.code === code &&
          Buffer.compare(known.evidence ?? noTag, evidence ?? noTag) === 0,
      );
  }

  #alarm(alarm: Alarm): Alarm {
    const { terminal, epoch, seq, code, evidence = null } = alarm;
    this.#sql(
      'INSERT INTO alarms (terminal, epoch, seq, code, evidence, received) VALUES (?, ?, ?, ?, ?, ?)',
    ).run(terminal, epoch, seq, code, evidence, this.#options.wall());
    return alarm;
  }
}
