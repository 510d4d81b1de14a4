// The terminal's journal against the hub's ledger: every record once, in order, as it was sealed.
import type { Entry } from '../../agent/journal/entry.ts';
import { openDatabase } from '../../simulator/hub/store/database.ts';

interface LedgerRecordRow {
  seq: number;
  tag: Uint8Array;
  body: Uint8Array;
  received: number;
}

/** By sequence number; `refused`: the numbers that were taken as refused. */
export interface Taken {
  records: readonly LedgerRecordRow[];
  refused: readonly number[];
}

/** What the hub's ledger at `path` has of a terminal. */
export function readLedger(path: string, terminal: string): Taken {
  const database = openDatabase(path, '');
  try {
    const records = database
      .prepare('SELECT seq, tag, body, received FROM records WHERE terminal = ? ORDER BY epoch, seq')
      .all(terminal);
    const refused = database.prepare('SELECT seq FROM refused WHERE terminal = ?').all(terminal);
    return {
      records: records as unknown as LedgerRecordRow[],
      refused: refused.map(({ seq }) => Number(seq)),
    };
  } finally {
    database.close();
  }
}

/** One sentence for each difference. */
export function compare(entries: readonly Entry[], { records, refused }: Taken): string[] {
  const differences = entries.flatMap(({ seq, tag, body }, nth) => {
    const row = records[nth];
    if (seq !== nth + 1) return [`the journal has ${seq} where ${nth + 1} belongs`];
    if (row?.seq !== seq) return [`the ledger has ${row?.seq ?? 'nothing'} where ${seq} belongs`];
    if (!tag.equals(row.tag)) return [`record ${seq} was sealed with another tag`];
    if (!body.equals(row.body)) return [`record ${seq} is another one in the ledger`];
    if (nth > 0 && row.received < records[nth - 1]!.received) return [`record ${seq} was taken too early`];
    return [];
  });
  return [
    ...differences.slice(0, 5),
    ...(records.length > entries.length
      ? [`the ledger has ${records.length - entries.length} records too many`]
      : []),
    ...refused.map(seq => `the ledger took record ${seq} as refused`),
  ];
}
