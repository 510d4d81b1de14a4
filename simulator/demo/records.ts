// The records of a demo, as an operator would read them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningHub } from '../hub/process/hub.ts';
import type { LogEntry } from '../terminal/log-entry.ts';
import type { TimelineEntry } from './stopwatch.ts';

const [timelineName, ledgerName, logName] = ['timeline.json', 'ledger.json', 'log.jsonl'] as const;
/** Their names, in the out folder. */
export const recordFiles: readonly string[] = [timelineName, ledgerName, logName];

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

/** The hub's rows (transactions and their records), and what agent, gate and native process logged. */
export async function saveRecords(
  out: string,
  { hub, log }: { hub: RunningHub; log: readonly LogEntry[] },
): Promise<void> {
  const ledger = {
    transactions: hub.ledger.transactions(),
    records: hub.ledger.rows(),
    alarms: hub.ledger.alarms(),
  };
  await writeFile(join(out, ledgerName), asJson(ledger));
  await writeFile(join(out, logName), log.map(entry => `${JSON.stringify(entry)}\n`).join(''));
}

export const saveTimeline = (out: string, timeline: readonly TimelineEntry[]): Promise<void> =>
  writeFile(join(out, timelineName), asJson(timeline));
