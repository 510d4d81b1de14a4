// Lets records pile up in the journal of a stopped agent: a real visit's, again and again under new ids.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readHome } from '../../agent/config/home.ts';
import { openLedgerJournal } from '../../agent/ledger/ledger-journal.ts';
import { encodeRecord, readRecord } from '../../agent/protocol/ledger.ts';
import { TransactionLog } from '../../agent/transaction/transaction-log.ts';
import { systemClock } from '../../drivers/base/clock.ts';
import { silentLog } from '../../drivers/base/log.ts';

/** A record reaches the hub with its tag. */
const tagBytes = 16;

/** Appends at least `bytes` of records. `home`: of the terminal. Returns their bytes with their tags, how many there are, and the number of the last one. */
export async function pileUp(
  home: string,
  bytes: number,
): Promise<{ bytes: number; records: number; last: number }> {
  const folder = join(home, 'agent');
  const parts = { folder, home: await readHome(folder), clock: systemClock, log: silentLog };
  const opened = await openLedgerJournal(parts, new TransactionLog(systemClock));
  if ('stopped' in opened) throw new Error(opened.stopped.code);
  const { journal } = opened;
  const kept = await journal.read(journal.oldest - 1, { limit: 1000 });
  const before = journal.last.seq;
  const visit = oneVisit(kept.map(({ body }) => body));
  let written = 0;
  while (written < bytes) {
    const transaction = randomBytes(16);
    const bodies = visit.map(record => encodeRecord({ ...record, transaction }));
    await Promise.all(bodies.map(body => journal.append(body)));
    written += bodies.reduce((sum, { length }) => sum + length + tagBytes, 0);
  }
  const { seq } = journal.last;
  await journal.close();
  return { bytes: written, records: seq - before, last: seq };
}

type Step = Extract<ReturnType<typeof readRecord>, { type: 'step' | 'end' }>;

/** The records of the first whole transaction. */
function oneVisit(bodies: readonly Buffer[]): Step[] {
  const records = bodies.map(readRecord).filter(record => record.type === 'step' || record.type === 'end');
  const end = records.find(({ type }) => type === 'end');
  if (!end) throw new Error('no transaction has ended');
  return records.filter(({ transaction }) => transaction.equals(end.transaction));
}
