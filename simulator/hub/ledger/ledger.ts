// The hub's ledger: takes each record once, in order, and answers with a cursor only after the commit.
import type { DatabaseSync } from 'node:sqlite';
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import type { Acknowledgement, Batch } from '../../../agent/protocol/ledger.ts';
import { inTransaction, openDatabase } from '../database.ts';
import { enter } from './entries.ts';
import { type LedgerReader, makeReader } from './reader.ts';
import { ledgerSchema } from './schema.ts';

export interface LedgerOptions {
  /** The database's file. */
  path: string;
  /** ms since 1970. */
  wall(): number;
  /** Hears of each transaction whose end is in the ledger for good. */
  ended(transaction: Buffer, terminal: string): void;
}

/** Rises when the hub was restored from a backup; this hub never was. */
const generation = 1;
const noTag = Buffer.alloc(16);

/** Reads the ledger at `path` beside the hub that writes it. */
export function openLedgerReader(path: string): LedgerReader & { close(): void } {
  const database = openDatabase(path, ledgerSchema);
  return { ...makeReader(database), close: () => database.isOpen && database.close() };
}

export class Ledger {
  readonly #database: DatabaseSync;
  readonly #options: LedgerOptions;
  readonly reader: LedgerReader;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#database = openDatabase(options.path, ledgerSchema);
    this.reader = makeReader(this.#database);
  }

  /**
   * Takes what is new of a verified batch and returns the acknowledgement to sign: durable when this returns.
   * A gap takes nothing and acknowledges the present cursor. A record that differs from the one taken before under
   * its number takes nothing either, and raises the alarm ledger/fork: the journal was cloned or rolled back.
   */
  take(batch: Batch, gate: CoseKey): Acknowledgement {
    const { terminal, epoch, from, records } = batch;
    const ended: Buffer[] = [];
    const acknowledgement = inTransaction(this.#database, () => {
      const cursor = this.reader.cursor(terminal, epoch);
      const upto = cursor?.upto ?? 0;
      const forked = this.#firstDifference(batch, upto);
      if (forked !== undefined) this.#alarm(terminal, epoch, forked, 'ledger/fork');
      else if (from <= upto + 1) {
        for (const [i, { tag, body }] of records.entries()) {
          const seq = from + i;
          if (seq <= upto) continue;
          const place = { terminal, epoch, seq };
          this.#run(
            'INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)',
            terminal,
            epoch,
            seq,
            tag,
            body,
            this.#options.wall(),
          );
          const refused = enter(this.#database, place, body, gate, transaction => ended.push(transaction));
          if (refused) this.#run('INSERT INTO refused VALUES (?, ?, ?, ?)', terminal, epoch, seq, refused);
          this.#run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)', terminal, epoch, seq, tag);
        }
      }
      return this.#acknowledge(batch);
    });
    for (const transaction of ended) this.#options.ended(transaction, terminal);
    return acknowledgement;
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #acknowledge({ terminal, epoch, from }: Batch): Acknowledgement {
    const { upto, tag } = this.reader.cursor(terminal, epoch) ?? { upto: 0, tag: noTag };
    return {
      terminal,
      epoch,
      upto,
      tag,
      generation,
      refused: this.reader.refused(terminal, epoch, from, upto),
    };
  }

  /** Sequence number of the first record that was taken before with another tag or body. */
  #firstDifference({ terminal, epoch, from, records }: Batch, upto: number): number | undefined {
    const index = records.findIndex(({ tag, body }, i) => {
      if (from + i > upto) return false;
      const known = this.reader.record(terminal, epoch, from + i);
      return !known?.tag.equals(tag) || !known.body.equals(body);
    });
    return index < 0 ? undefined : from + index;
  }

  /** A terminal says that its journal may not be used; the same word again changes nothing. */
  journalStopped(terminal: string, epoch: number, code: string, evidence: Buffer | undefined): void {
    const isKnown = this.reader
      .alarms()
      .some(known => known.terminal === terminal && known.epoch === epoch && known.code === code);
    if (!isKnown) this.#alarm(terminal, epoch, 0, code, evidence);
  }

  #alarm(terminal: string, epoch: number, seq: number, code: string, evidence?: Buffer): void {
    this.#run(
      'INSERT INTO alarms (terminal, epoch, seq, code, evidence, received) VALUES (?, ?, ?, ?, ?, ?)',
      terminal,
      epoch,
      seq,
      code,
      evidence ?? null,
      this.#options.wall(),
    );
  }

  #run(statement: string, ...values: (string | number | Uint8Array | null)[]): void {
    this.#database.prepare(statement).run(...values);
  }
}
