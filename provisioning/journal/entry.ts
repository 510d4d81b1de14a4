// An entry as the JSON that is exported. Only what a schema of the contract names comes out: none has a field for a key, a
// PIN or a person, and what no schema knows is told by its code alone.
import type { SealedRecord } from '../../agent/journal/commit-format.ts';
import type { LogName } from '../../agent/journal/segment-format.ts';
import { type LedgerRecord, readRecord } from '../../agent/protocol/ledger.ts';
import { readTelemetry } from '../../agent/protocol/telemetry.ts';
import { readEvent } from '../../agent/transaction/event.ts';
import { plain } from './plain.ts';
import { understood } from './understood.ts';

export interface Exported {
  seq: number;
  tag: string;
  /** Why it is not shown. */
  undecoded?: string;
  [field: string]: unknown;
}

/** How each log's entries are read. Errors: ProtocolError where this version does not know such an entry. */
const readers: Record<LogName, (body: Buffer) => object> = {
  ledger: body => withEvent(readRecord(body)),
  telemetry: readTelemetry,
};

/** Fields in the schema's order, behind `seq` and `tag`. */
export function exported({ seq, tag, body }: SealedRecord, log: LogName): Exported {
  const place = { seq, tag: tag.toString('hex') };
  const content = understood(() => readers[log](body));
  if (content.refused !== undefined) return { ...place, undecoded: content.refused };
  return { ...place, ...(plain(content.value) as object) };
}

const withEvent = (record: LedgerRecord): object =>
  record.type === 'step' ? { ...record, event: readEvent(record.event) } : record;
