// A journal's entry, read as far as this version knows it, and as the JSON that is exported. Only fields of the contract's
// schemas are exported; no schema has a field for a key, a PIN or a person. An entry that no schema fits is named by a code.
import type { SealedRecord } from '../../agent/journal/commit-format.ts';
import type { LogName } from '../../agent/journal/segment-format.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import { type LedgerRecord, readRecord } from '../../agent/protocol/ledger.ts';
import { readTelemetry } from '../../agent/protocol/telemetry.ts';
import { readEvent } from '../../agent/transaction/event.ts';

export interface ExportedEntry {
  seq: number;
  tag: string;
  /** The code by which it was refused; its content is then not shown. */
  undecoded?: string;
  [field: string]: unknown;
}

/** How each log's entries are read. Errors: ProtocolError where this version does not know such an entry. */
const readers: Record<LogName, (body: Buffer) => object> = {
  ledger: body => withEvent(readRecord(body)),
  telemetry: readTelemetry,
};

const withEvent = (record: LedgerRecord): object =>
  record.type === 'step' ? { ...record, event: readEvent(record.event) } : record;

/** `seq` and `tag`, then the fields in the schema's order. */
export function exportEntry({ seq, tag, body }: SealedRecord, log: LogName): ExportedEntry {
  const place = { seq, tag: tag.toString('hex') };
  const content = readKnown(() => readers[log](body));
  if (content.refused !== undefined) return { ...place, undecoded: content.refused };
  return { ...place, ...(toJson(content.value) as object) };
}

/**
 * What `read` returns, or the code by which the contract's schemas refuse it. What another version of the agent wrote is
 * authentic although this one can't read it: no reason to stop.
 */
export function readKnown<T>(
  read: () => T,
): { value: T; refused?: undefined } | { value?: undefined; refused: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (isProtocolError(error)) return { refused: error.code };
    throw error;
  }
}

/** A value for JSON.stringify: bytes become hex digits; the order of the fields stays. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
