// Whether one visit ended as it must: the screen, the paper, the receipt, the coins and the ledger have to agree.
import type { Shop } from '../shop/shop.ts';
import type { Devices } from '../terminal/devices.ts';
import { TerminalError } from '../terminal/terminal-error.ts';

/** What had come out before the visit. */
export interface Before {
  jobs: number;
  receipts: number;
  keptYen: number;
  issued: ReadonlySet<string>;
}

export interface Issued {
  transaction: string;
  job: Devices['pagePrinter']['jobs'][number];
  receipt: Devices['receiptPrinter']['receipts'][number];
}

type Scene = Pick<Shop, 'hub' | 'terminal' | 'panel'>;

/** Longest wait for the end of a transaction to reach the ledger, in ms. */
const ledgerWithinMs = 15_000;

export const before = ({ hub, terminal: { devices }, panel }: Scene): Before => ({
  jobs: devices.pagePrinter.jobs.length,
  receipts: devices.receiptPrinter.receipts.length,
  keptYen: panel.till.keptYen,
  issued: new Set(hub.ledger.transactions().map(({ transaction }) => transaction)),
});

/** What the visit brought. Errors: TerminalError naming the leg on which it failed. */
export async function judge(scene: Scene, then: Before, lastScreen: string): Promise<Issued> {
  const { panel } = scene;
  const { devices } = scene.terminal;
  const row = await newRow(scene, then);
  const why = row ? `the ledger says ${row.outcome} (${row.code})` : 'the ledger knows of no end';
  if (lastScreen !== 'issued')
    throw new TerminalError(conditionOf(row?.code), `The screen ended with ${lastScreen}; ${why}.`);
  if (row?.outcome !== 'issued') throw new TerminalError('ledger', `Paper was promised, but ${why}.`);
  if (row.evidence !== 'valid')
    throw new TerminalError('ledger', `The evidence of the print is ${row.evidence}.`);
  const jobs = devices.pagePrinter.jobs.slice(then.jobs);
  const receipts = devices.receiptPrinter.receipts.slice(then.receipts);
  const [job, receipt] = [jobs[0], receipts[0]];
  if (!job || jobs.length !== 1 || job.state !== 'completed')
    throw new TerminalError('page', `${jobs.length} jobs, the first ${job?.state ?? 'missing'}.`);
  if (!receipt || receipts.length !== 1)
    throw new TerminalError('receipt', `${receipts.length} receipts came out instead of one.`);
  const keptYen = panel.till.keptYen - then.keptYen;
  if (keptYen !== row.feeYen)
    throw new TerminalError('till', `${keptYen} yen stayed in the till for a fee of ${row.feeYen} yen.`);
  if (panel.complaints.length > 0) throw new TerminalError('panel', panel.complaints.join('; '));
  return { transaction: row.transaction, job, receipt };
}

async function newRow({ hub }: Scene, then: Before) {
  const until = performance.now() + ledgerWithinMs;
  while (performance.now() < until) {
    const row = hub.ledger
      .transactions()
      .find(one => one.outcome !== null && !then.issued.has(one.transaction));
    if (row) return row;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return undefined;
}

/** The room that a code names, e.g. `card` of `card/locked`. */
const conditionOf = (code: string | null | undefined): string => code?.split('/')[0] ?? 'agent';
