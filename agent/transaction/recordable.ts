// Encodes what the journal keeps. Before it is written, it is checked by the schemas that will read it at the next start.
import * as v from 'valibot';
import type { Value } from '../protocol/cbor.ts';
import { encodeRecord, type LedgerRecord, ledgerRecord } from '../protocol/ledger.ts';
import { type Event, encodeEvent, event as eventSchema } from './event.ts';
import { TransactionError } from './transaction-error.ts';

/** Limits of the contract (agent/protocol/ledger.ts): `event` of a record, and a record in a batch. */
const maxEventBytes = 8 << 10;
const maxRecordBytes = 16 << 10;

/** Errors: record/field, record/size. */
export const eventBytes = (event: Event): Buffer => checked(eventSchema, event, encodeEvent, maxEventBytes);

/** Errors: record/field, record/size. */
export const recordBytes = (record: LedgerRecord): Buffer =>
  checked(ledgerRecord, record, encodeRecord, maxRecordBytes);

function checked<T extends Value>(
  schema: v.GenericSchema,
  value: T,
  encode: (value: T) => Buffer,
  maxBytes: number,
): Buffer {
  const { success, issues } = v.safeParse(schema, value, { abortEarly: true });
  if (!success)
    throw new TransactionError('record/field', { detail: { field: v.getDotPath(issues[0]) ?? '(whole)' } });
  const bytes = encode(value);
  if (bytes.length > maxBytes)
    throw new TransactionError('record/size', { detail: { bytes: bytes.length, maxBytes } });
  return bytes;
}
