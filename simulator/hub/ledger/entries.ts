// Writes the content of a record into the tables that operators read, inside the transaction that stores the record.
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import { isProtocolError, type ProtocolError, wrongField } from '../../../agent/protocol/error.ts';
import { type LedgerRecord, readRecord } from '../../../agent/protocol/ledger.ts';
import type { Statements } from '../store/database.ts';
import { judge } from './evidence.ts';
import type { RecordRefusal } from './record-codes.ts';

/** The place of a record: its terminal, epoch and number. */
export interface Place {
  terminal: string;
  epoch: number;
  seq: number;
}

/** Enters the record. Returns a code if it is kept as refused. `ended` is called for a transaction that the record ends. */
export function enter(
  sql: Statements,
  place: Place,
  body: Buffer,
  gate: CoseKey,
  ended: (transaction: Buffer) => void,
): RecordRefusal | undefined {
  const record = readOrError(body);
  if (isProtocolError(record)) return 'ledger/schema';
  if (record.type === 'step') enterStep(sql, place, record);
  if (record.type === 'evidence') return enterLateEvidence(sql, place, record, gate);
  if (record.type !== 'end') return undefined;
  if (!enterEnd(sql, place, record, gate)) return 'ledger/endedBefore';
  ended(record.transaction);
  return undefined;
}

/** Of a record that is no record of the contract. */
export const wrongFieldOf = (body: Buffer): { path?: string } => wrongField(readOrError(body));

function readOrError(body: Buffer): LedgerRecord | ProtocolError {
  try {
    return readRecord(body);
  } catch (error) {
    if (isProtocolError(error)) return error;
    throw error;
  }
}

function enterStep(
  sql: Statements,
  { terminal, epoch, seq }: Place,
  { transaction, step, at, wall }: Extract<LedgerRecord, { type: 'step' }>,
): void {
  sql('INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    terminal,
    epoch,
    seq,
    transaction.toString('hex'),
    step,
    at,
    wall,
  );
}

/** The first valid evidence counts: the gate signs once. */
function enterLateEvidence(
  sql: Statements,
  { terminal, epoch, seq }: Place,
  { transaction, evidence, wall }: Extract<LedgerRecord, { type: 'evidence' }>,
  gate: CoseKey,
): RecordRefusal | undefined {
  const { paper } = judge(evidence, transaction, terminal, gate);
  if (paper === null) return 'ledger/evidence';
  sql('INSERT INTO late_evidence VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (terminal, tx) DO NOTHING').run(
    transaction.toString('hex'),
    terminal,
    epoch,
    seq,
    paper,
    wall,
  );
  return undefined;
}

const insertEnd = `INSERT INTO ends VALUES (${Array(15).fill('?').join(', ')}) ON CONFLICT (terminal, tx) DO NOTHING`;

/** False if the transaction has an end already: the first end counts. */
function enterEnd(
  sql: Statements,
  { terminal, epoch, seq }: Place,
  end: Extract<LedgerRecord, { type: 'end' }>,
  gate: CoseKey,
): boolean {
  const { transaction, outcome, code, order, keptYen, owedYen, wall } = end;
  const { evidence, paper } = judge(end.evidence, transaction, terminal, gate);
  const ordered = [order?.municipality, order?.kind, order?.copies, order?.feeYen].map(
    value => value ?? null,
  );
  const { changes } = sql(insertEnd).run(
    transaction.toString('hex'),
    terminal,
    epoch,
    seq,
    outcome,
    code ?? null,
    ...ordered,
    keptYen,
    owedYen,
    evidence,
    paper,
    wall,
  );
  return changes === 1;
}
