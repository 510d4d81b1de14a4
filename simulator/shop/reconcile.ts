// Compares money, paper and ledger as an auditor would: each of them was counted independently.
import type { LedgerRow, Shop } from './shop.ts';

/** Outcomes that record a claim: a person decides about the money. */
const claims: readonly (string | null)[] = ['unknown', 'refundDue'];

export type Books = Pick<Shop, 'hub' | 'terminal' | 'panel' | 'slipsLost'>;

/** One sentence for each difference; none if everything agrees. */
export function reconcile(books: Books): string[] {
  const { hub, terminal, panel } = books;
  const { pagePrinter } = terminal.devices;
  const rows = hub.ledger.transactions();
  const known = new Set(rows.map(({ transaction }) => transaction));
  const kept = rows.reduce((sum, { keptYen, owedYen }) => sum + (keptYen ?? 0) + (owedYen ?? 0), 0);
  const out = pagePrinter.jobs.reduce((sum, { impressions }) => sum + impressions, pagePrinter.testPages);
  return [
    ...rows.flatMap(row =>
      ofTransaction(row, books).map(
        what => `${what}: ${row.transaction} (${row.at}, ${row.outcome}, ${row.code})`,
      ),
    ),
    ...pagePrinter.jobs
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => `a print job without a transaction: ${name}`),
    ...unless(panel.till.keptYen === kept, `${panel.till.keptYen} yen stayed, the ledger says ${kept}`),
    ...unless(
      pagePrinter.impressions === out,
      `${pagePrinter.impressions} sheets were printed, the jobs have ${out}`,
    ),
    ...hub.ledger.alarms().map(({ code }) => `alarm ${code}`),
  ];
}

function ofTransaction(row: LedgerRow, { terminal, panel, slipsLost }: Books): string[] {
  const { pagePrinter, receiptPrinter } = terminal.devices;
  if (!row.outcome) return ['the transaction has not ended'];
  const { state, paidYen } = panel.till.holds(row.transaction);
  const jobs = pagePrinter.jobs.filter(({ name }) => name === row.transaction);
  const sheets = jobs.reduce((sum, { impressions }) => sum + impressions, 0);
  const ordered = (jobs[0]?.pages ?? 0) * (jobs[0]?.copies ?? 0);
  const slips = receiptPrinter.receipts.filter(({ text }) => named(text, row.transaction)).length;
  const isClaim = claims.includes(row.outcome);
  const owed = row.owedYen ?? 0;
  return [
    ...unless(
      state !== 'pending' || paidYen === 0,
      'coins are in the till for a payment that nobody completes',
    ),
    // money that is owed to the resident is still in the till, and is recorded as not the store's
    ...unless(
      paidYen === (row.keptYen ?? 0) + owed,
      `the till has ${paidYen} yen, the ledger has ${row.keptYen}`,
    ),
    ...unless(owed === 0 || isClaim, 'money is owed and no claim is recorded'),
    ...unless(!row.keptYen || isClaim || row.outcome === 'issued', 'money was kept and nothing was issued'),
    ...unless(jobs.length <= 1, 'more than one print job'),
    ...unless(
      row.outcome !== 'issued' || (sheets > 0 && sheets === ordered),
      'issued, and not all sheets were printed',
    ),
    ...unless(
      row.outcome === 'issued' || isClaim || sheets === 0,
      'sheets were printed and the ledger does not have it',
    ),
    ...unless(!isClaim || slips > 0 || slipsLost.has(row.transaction), 'no claim slip'),
    // a slip that may be lost is printed again: two slips of one claim do no harm
    ...unless(
      slips <= 1 || (isClaim && slipsLost.has(row.transaction)),
      'more than one receipt or claim slip',
    ),
    ...unless(slips === 0 || Boolean(row.keptYen || owed), 'a receipt was printed and no money was kept'),
  ];
}

const unless = (holds: boolean, what: string): string[] => (holds ? [] : [what]);

/** Whether a slip names the transaction. It prints the id in groups of eight digits, on one line or several. */
const named = (lines: readonly string[], transaction: string): boolean =>
  lines.join('').replaceAll(/\s/g, '').includes(transaction);
