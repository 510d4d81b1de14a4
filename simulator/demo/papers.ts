// What stays of a demo: the papers as a person would hold them, and the records as an operator would read them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningHub } from '../hub/process/hub.ts';
import type { LogEntry } from '../terminal/log-entry.ts';
import type { TimelineEntry } from './stopwatch.ts';
import type { Issued } from './verdict.ts';

export interface Papers {
  pdf: string;
  pages: string[];
  receipt: string;
}

/** The PDF as the printer received it, its pages and the receipt as pictures. */
export async function savePapers(
  out: string,
  nth: number,
  kind: string,
  { job, receipt }: Issued,
): Promise<Papers> {
  const name = (rest: string) => join(out, `${nth}-${rest}`);
  const papers = { pdf: name(`${kind}.pdf`), receipt: name('receipt.png') };
  await writeFile(papers.pdf, job.document);
  const pages = await job.renderPng(name(kind));
  await receipt.png(papers.receipt);
  return { ...papers, pages };
}

/** timeline.json, ledger.json (transactions and their records), log.jsonl. */
export async function saveRecords(
  out: string,
  { timeline, hub, log }: { timeline: readonly TimelineEntry[]; hub: RunningHub; log: readonly LogEntry[] },
): Promise<void> {
  const ledger = {
    transactions: hub.ledger.transactions(),
    records: hub.ledger.rows(),
    alarms: hub.ledger.alarms(),
  };
  const write = (name: string, text: string) => writeFile(join(out, name), text);
  await write('timeline.json', `${JSON.stringify(timeline, null, 1)}\n`);
  await write('ledger.json', `${JSON.stringify(ledger, null, 1)}\n`);
  await write('log.jsonl', log.map(entry => `${JSON.stringify(entry)}\n`).join(''));
}
