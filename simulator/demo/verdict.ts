// Whether one visit ended as it must: the screen, the paper, the receipt, the coins and the ledger have to agree.
import type { LedgerRow, Shop } from '../shop/shop.ts';
import { TerminalError } from '../terminal/terminal-error.ts';
import type { FromPrinters } from './papers.ts';

/** What had come out before the visit. */
export interface Before {
  jobs: number;
  receipts: number;
  coinsIn: number;
  coinsOut: number;
  ended: ReadonlySet<string>;
}

type Scene = Pick<Shop, 'hub' | 'terminal' | 'panel'>;

/** Longest wait for the end of a transaction to reach the ledger, in ms. */
const ledgerWithinMs = 15_000;

export const before = ({ hub, terminal: { devices }, panel: { till } }: Scene): Before => ({
  jobs: devices.pagePrinter.jobs.length,
  receipts: devices.receiptPrinter.receipts.length,
  coinsIn: till.coinsIn,
  coinsOut: till.coinsOut,
  ended: new Set(hub.ledger.transactions().map(({ transaction }) => transaction)),
});

/** What has come out since. */
export const cameOut = ({ terminal: { devices } }: Scene, then: Before): FromPrinters => ({
  job: devices.pagePrinter.jobs[then.jobs],
  receipts: devices.receiptPrinter.receipts.slice(then.receipts),
});

/** The visit's row, once it has ended there; undefined where it does not come. */
export async function endedRow({ hub }: Scene, then: Before): Promise<LedgerRow | undefined> {
  const until = performance.now() + ledgerWithinMs;
  while (performance.now() < until) {
    const row = hub.ledger
      .transactions()
      .find(one => one.outcome !== null && !then.ended.has(one.transaction));
    if (row) return row;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return undefined;
}

/** Errors: TerminalError with the condition on which the visit failed. */
export function judge(scene: Scene, then: Before, lastScreen: string, row: LedgerRow | undefined): void {
  const { panel } = scene;
  const { devices } = scene.terminal;
  const why = row ? `the ledger says ${row.outcome} (${row.code})` : 'the ledger knows of no end';
  if (lastScreen !== 'issued')
    throw new TerminalError(conditionOf(row?.code), `The screen ended with ${lastScreen}; ${why}.`);
  if (row?.outcome !== 'issued') throw new TerminalError('ledger', `Paper was promised, but ${why}.`);
  if (row.evidence !== 'valid')
    throw new TerminalError('ledger', `The evidence of the print is ${row.evidence}.`);
  const jobs = devices.pagePrinter.jobs.slice(then.jobs);
  const receipts = devices.receiptPrinter.receipts.slice(then.receipts);
  if (jobs.length !== 1 || jobs[0]?.state !== 'completed')
    throw new TerminalError('page', `${jobs.length} jobs, the first ${jobs[0]?.state ?? 'missing'}.`);
  if (receipts.length !== 1)
    throw new TerminalError('receipt', `${receipts.length} receipts came out instead of one.`);
  const keptYen = panel.till.keptYen - (then.coinsIn - then.coinsOut);
  if (keptYen !== row.feeYen)
    throw new TerminalError('till', `${keptYen} yen stayed in the till for a fee of ${row.feeYen} yen.`);
  if (panel.complaints.length > 0) throw new TerminalError('panel', panel.complaints.join('; '));
}

/** The room that a code names, e.g. `card` of `card/locked`. */
const conditionOf = (code: string | null | undefined): string => code?.split('/')[0] ?? 'agent';
