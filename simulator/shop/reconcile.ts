// Money, paper and ledger, held against each other as an auditor would: what each of them counted by itself.
import type { LedgerRow, Shop } from './shop.ts';

/** Outcomes that say on record that a person decides about this money. */
const claims: readonly (string | null)[] = ['unknown', 'refundDue'];

export type Books = Pick<Shop, 'hub' | 'terminal' | 'panel' | 'slipsLost'>;

/** One sentence for each thing that does not agree; none where all is in order. */
export function reconcile(books: Books): string[] {
  const { hub, terminal, panel } = books;
  const { pagePrinter } = terminal.devices;
  const rows = hub.ledger.transactions();
  const known = new Set(rows.map(({ transaction }) => transaction));
  const kept = rows.reduce((sum, { keptYen, owedYen }) => sum + (keptYen ?? 0) + (owedYen ?? 0), 0);
  const out = pagePrinter.jobs.reduce((sum, { impressions }) => sum + impressions, 0);
  return [
    ...rows.flatMap(row =>
      ofTransaction(row, books).map(
        what => `${what}: ${row.transaction} (${row.at}, ${row.outcome}, ${row.code})`,
      ),
    ),
    ...pagePrinter.jobs
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => `a job of no transaction: ${name}`),
    ...unless(panel.till.keptYen === kept, `${panel.till.keptYen} yen stayed, the ledger says ${kept}`),
    ...unless(
      pagePrinter.impressions === out,
      `${pagePrinter.impressions} sheets came out, the jobs say ${out}`,
    ),
    ...hub.ledger.alarms().map(({ code }) => `alarm ${code}`),
  ];
}

function ofTransaction(row: LedgerRow, { terminal, panel, slipsLost }: Books): string[] {
  const { pagePrinter, receiptPrinter } = terminal.devices;
  if (!row.outcome) return ['is open'];
  const { state, paidYen } = panel.till.holds(row.transaction);
  const jobs = pagePrinter.jobs.filter(({ name }) => name === row.transaction);
  const sheets = jobs.reduce((sum, { impressions }) => sum + impressions, 0);
  const ordered = (jobs[0]?.pages ?? 0) * (jobs[0]?.copies ?? 0);
  const slips = receiptPrinter.receipts.filter(({ text }) => named(text, row.transaction)).length;
  const isClaim = claims.includes(row.outcome);
  const owed = row.owedYen ?? 0;
  return [
    ...unless(state !== 'pending' || paidYen === 0, 'coins wait for nobody'),
    // what is owed is still in the till, and on record as not the store's
    ...unless(
      paidYen === (row.keptYen ?? 0) + owed,
      `the till has ${paidYen} yen, the ledger says ${row.keptYen}`,
    ),
    ...unless(owed === 0 || isClaim, 'money is owed and nobody decides about it'),
    ...unless(!row.keptYen || isClaim || row.outcome === 'issued', 'money was kept for nothing'),
    ...unless(jobs.length <= 1, 'more than one print'),
    ...unless(
      row.outcome !== 'issued' || (sheets > 0 && sheets === ordered),
      'issued, and not all paper is out',
    ),
    ...unless(row.outcome === 'issued' || isClaim || sheets === 0, 'paper is out without a record'),
    ...unless(!isClaim || slips > 0 || slipsLost.has(row.transaction), 'no claim slip'),
    // whose slip may be lost gets it again: the same claim twice harms nobody
    ...unless(
      slips <= 1 || (isClaim && slipsLost.has(row.transaction)),
      'more than one receipt or claim slip',
    ),
    ...unless(slips === 0 || Boolean(row.keptYen || owed), 'a receipt without money'),
  ];
}

const unless = (holds: boolean, what: string): string[] => (holds ? [] : [what]);

/** Slips name the transaction in groups of eight digits, on one line or several. */
const named = (lines: readonly string[], transaction: string): boolean =>
  lines.join('').replaceAll(/\s/g, '').includes(transaction);
