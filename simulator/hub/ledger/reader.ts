// Reads the ledger: for acknowledgements, and for operators.
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { type LedgerRecord, readRecord } from '../../../agent/protocol/ledger.ts';
import type { Statements } from '../store/database.ts';
import type { EvidenceState } from './evidence.ts';

/** One transaction in the ledger. No field can name a person. */
export interface TransactionRow {
  /** 32 hex digits. */
  transaction: string;
  terminal: string;
  epoch: number;
  steps: number;
  /** The state of the last step. */
  at: string | null;
  /** Null while it has not ended. */
  outcome: string | null;
  code: string | null;
  municipality: string | null;
  kind: string | null;
  copies: number | null;
  feeYen: number | null;
  keptYen: number | null;
  owedYen: number | null;
  evidence: EvidenceState | null;
  /** The result in evidence that came with the end: printed, notPrinted, unknown. */
  paper: string | null;
  /** The result in evidence that came after the end. It closes a claim. */
  latePaper: string | null;
}

/** One record. `type` is `refused` for a record that is unreadable or not allowed. */
export interface RecordRow {
  terminal: string;
  epoch: number;
  seq: number;
  /** The record's tag, hex. */
  tag: string;
  type: 'step' | 'end' | 'evidence' | 'start' | 'refused';
  transaction?: string;
  /** The state of a step, outcome of an end, result of evidence, software version of a start, or code of a refusal. */
  what: string;
}

export interface Alarm {
  terminal: string;
  epoch: number;
  /** 0: the alarm is about the whole journal. */
  seq: number;
  code: string;
  /** Digest of the journal in the terminal's quarantine; 32 bytes. */
  evidence?: Buffer;
}

export interface LedgerReader {
  cursor(terminal: string, epoch: number): { upto: number; tag: Buffer } | undefined;
  record(terminal: string, epoch: number, seq: number): { tag: Buffer; body: Buffer } | undefined;
  refused(terminal: string, epoch: number, from: number, upto: number): { seq: number; code: string }[];
  transactions(): TransactionRow[];
  rows(): RecordRow[];
  alarms(): Alarm[];
}

export function makeReader(sql: Statements): LedgerReader {
  const one = (text: string, ...values: (string | number)[]) => sql(text).get(...values);
  const all = (text: string, ...values: (string | number)[]) => sql(text).all(...values);
  const buffer = (value: unknown) => Buffer.from(value as Uint8Array);
  return {
    cursor(terminal, epoch) {
      const row = one('SELECT upto, tag FROM cursors WHERE terminal = ? AND epoch = ?', terminal, epoch);
      return row && { upto: Number(row.upto), tag: buffer(row.tag) };
    },
    record(terminal, epoch, seq) {
      const row = one(
        'SELECT tag, body FROM records WHERE terminal = ? AND epoch = ? AND seq = ?',
        terminal,
        epoch,
        seq,
      );
      return row && { tag: buffer(row.tag), body: buffer(row.body) };
    },
    refused: (terminal, epoch, from, upto) =>
      all(
        'SELECT seq, code FROM refused WHERE terminal = ? AND epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq',
        terminal,
        epoch,
        from,
        upto,
      ).map(({ seq, code }) => ({ seq: Number(seq), code: String(code) })),
    transactions: () =>
      all('SELECT * FROM transactions').map(row => ({ ...row }) as unknown as TransactionRow),
    rows: () =>
      all('SELECT r.*, f.code FROM records r LEFT JOIN refused f USING (terminal, epoch, seq)').map(row => ({
        terminal: String(row.terminal),
        epoch: Number(row.epoch),
        seq: Number(row.seq),
        tag: buffer(row.tag).toString('hex'),
        ...contentOf(buffer(row.body), row.code),
      })),
    alarms: () =>
      all('SELECT terminal, epoch, seq, code, evidence FROM alarms ORDER BY id').map(row => ({
        terminal: String(row.terminal),
        epoch: Number(row.epoch),
        seq: Number(row.seq),
        code: String(row.code),
        ...(row.evidence !== null && { evidence: buffer(row.evidence) }),
      })),
  };
}

function contentOf(body: Buffer, refused: unknown): Pick<RecordRow, 'type' | 'transaction' | 'what'> {
  if (typeof refused === 'string') return { type: 'refused', what: refused };
  try {
    const record = readRecord(body);
    if (record.type === 'start') return { type: 'start', what: record.software };
    return { type: record.type, transaction: record.transaction.toString('hex'), what: whatOf(record) };
  } catch (error) {
    if (isProtocolError(error)) return { type: 'refused', what: error.code };
    throw error;
  }
}

function whatOf(record: Exclude<LedgerRecord, { type: 'start' }>): string {
  if (record.type === 'step') return record.at;
  return record.type === 'end' ? record.outcome : record.result;
}
