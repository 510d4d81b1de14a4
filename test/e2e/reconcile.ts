// Money, paper and ledger, held against each other as an auditor would: what each of them counted by itself.
import * as assert from 'uvu/assert';
import type { Shop } from './shop.ts';

/** Outcomes that say on record that a person decides about this money. */
const claims = ['unknown', 'refundDue'];

/** Fails with the transaction and what does not agree. Errors: AssertionError. */
export function reconcile({ hub, terminal, panel }: Shop): void {
  const { pagePrinter, receiptPrinter } = terminal.devices;
  const rows = hub.ledger.transactions();
  for (const row of rows) {
    const told = `${row.transaction} (${row.at}, ${row.outcome}, ${row.code})`;
    assert.ok(row.outcome, `is open: ${told}`);
    const { state, paidYen } = panel.till.ask('status', row.transaction, 0);
    assert.is(state === 'pending' ? paidYen : 0, 0, `coins wait for nobody: ${told}`);
    assert.is(paidYen, row.keptYen, `the till has what the ledger says: ${told}`);
    const jobs = pagePrinter.jobs.filter(({ name }) => name === row.transaction);
    assert.ok(jobs.length <= 1, `at most one print: ${told}`);
    const sheets = jobs[0]?.impressions ?? 0;
    const ordered = (jobs[0]?.pages ?? 0) * (jobs[0]?.copies ?? 0);
    if (row.outcome === 'issued') assert.ok(sheets > 0 && sheets === ordered, `paper is out: ${told}`);
    else if (!claims.includes(row.outcome!)) assert.is(sheets, 0, `no paper without a record: ${told}`);
    if (row.keptYen) assert.ok(row.outcome === 'issued' || claims.includes(row.outcome!), `kept: ${told}`);
    const said = receiptPrinter.receipts.filter(({ text }) => named(text, row.transaction));
    assert.ok(said.length <= 1, `at most one receipt or claim slip: ${told}`);
    if (claims.includes(row.outcome!)) assert.is(said.length, 1, `a claim slip: ${told}`);
    if (said.length > 0) assert.ok(row.keptYen || row.owedYen, `a receipt for money: ${told}`);
  }
  const known = new Set(rows.map(({ transaction }) => transaction));
  for (const { name } of pagePrinter.jobs) assert.ok(known.has(name), `a job of no transaction: ${name}`);
  const kept = rows.reduce((sum, { keptYen }) => sum + (keptYen ?? 0), 0);
  assert.is(panel.till.keptYen, kept, 'all coins that stayed');
  const out = pagePrinter.jobs.reduce((sum, { impressions }) => sum + impressions, 0);
  assert.is(pagePrinter.impressions, out, 'all sheets that came out');
  assert.equal(hub.ledger.alarms(), [], 'alarms');
}

/** Slips name the transaction in groups of eight digits, on one line or several. */
const named = (lines: readonly string[], transaction: string): boolean =>
  lines.join('').replaceAll(/\s/g, '').includes(transaction);
