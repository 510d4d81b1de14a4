// Stores the telemetry records of the terminals, each once and in order. Records that a terminal dropped before it could
// send them are a gap. The hub counts them.
import type { DatabaseSync } from 'node:sqlite';
import { isProtocolError, type ProtocolError, wrongField } from '../../../agent/protocol/error.ts';
import type { Acknowledgement } from '../../../agent/protocol/ledger.ts';
import {
  readTelemetry,
  type TelemetryBatch,
  type TelemetryRecord,
} from '../../../agent/protocol/telemetry.ts';
import type { RecordRefusal } from '../ledger/record-codes.ts';
import { inTransaction, type Statements, statementsOf } from '../store/database.ts';

export const telemetrySchema = `
CREATE TABLE IF NOT EXISTS telemetry (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, tag BLOB NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (terminal, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS telemetry_gaps (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, after INTEGER NOT NULL, records INTEGER NOT NULL,
  PRIMARY KEY (terminal, epoch, after)
) STRICT, WITHOUT ROWID;
`;

const noTag = Buffer.alloc(16);

export class Telemetry {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = statementsOf(database);
  }

  /**
   * Stores the new records of a verified batch. They are durable when it returns. Nothing is stored after a gap whose records
   * the terminal still has (`oldest`).
   */
  take({ terminal, epoch, session, from, oldest, records }: TelemetryBatch): Acknowledgement {
    return inTransaction(this.#database, () => {
      const known = this.#cursor(terminal, epoch).upto;
      const reachable = Math.max(known, oldest - 1);
      const refused: { seq: number; code: RecordRefusal; path?: string }[] = [];
      // a batch without records only asks: what is missing before its `from` is counted when the records come
      const isNew = records.length > 0 && from <= reachable + 1 && from + records.length - 1 > known;
      for (const [i, { tag, body }] of isNew ? records.entries() : []) {
        const seq = from + i;
        if (seq <= known) continue;
        this.#sql('INSERT INTO telemetry VALUES (?, ?, ?, ?, ?)').run(terminal, epoch, seq, tag, body);
        const record = readOrError(body);
        if (isProtocolError(record)) refused.push({ seq, code: 'telemetry/schema', ...wrongField(record) });
      }
      if (isNew && from > known + 1)
        this.#sql('INSERT INTO telemetry_gaps VALUES (?, ?, ?, ?)').run(
          terminal,
          epoch,
          known,
          from - known - 1,
        );
      return { terminal, epoch, session, ...this.#cursor(terminal, epoch), generation: 1, refused };
    });
  }

  /** The readable records, in order. */
  records(terminal: string): TelemetryRecord[] {
    return this.#sql('SELECT body FROM telemetry WHERE terminal = ? ORDER BY epoch, seq')
      .all(terminal)
      .map(({ body }) => readOrError(body as Uint8Array))
      .flatMap(record => (isProtocolError(record) ? [] : [record]));
  }

  /** Number of records that the terminal dropped before it could send them. */
  missing(terminal: string): number {
    const sum = this.#sql('SELECT sum(records) AS records FROM telemetry_gaps WHERE terminal = ?').get(
      terminal,
    );
    return Number(sum?.records ?? 0);
  }

  #cursor(terminal: string, epoch: number): { upto: number; tag: Buffer } {
    const row = this.#sql(
      'SELECT seq, tag FROM telemetry WHERE terminal = ? AND epoch = ? ORDER BY seq DESC LIMIT 1',
    ).get(terminal, epoch);
    return row ? { upto: Number(row.seq), tag: Buffer.from(row.tag as Uint8Array) } : { upto: 0, tag: noTag };
  }
}

function readOrError(body: Uint8Array): TelemetryRecord | ProtocolError {
  try {
    return readTelemetry(body);
  } catch (error) {
    if (isProtocolError(error)) return error;
    throw error;
  }
}
