// The claims of the journal: they outlast a restart, and the deletion of the segments that they were recorded in.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCheckpoint } from '../../../agent/transaction/checkpoint.ts';
import { maxClaims } from '../../../agent/transaction/claims.ts';
import type { State } from '../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryJournal } from './memory-journal.ts';
import { order, transaction, waits } from './story.ts';

const idOf = (nth: number) => nth.toString(16).padStart(32, '0');
const ended = (outcome: 'issued' | 'refused' | 'refundDue' | 'unknown', owedYen = 0): State => {
  const at = outcome === 'issued' ? 'done' : outcome;
  const ending = { outcome, code: `test/${outcome}`, keptYen: 0, owedYen };
  return { at, transaction, waits, order, ending };
};

function logOn(journal: MemoryJournal): TransactionLog {
  const log = new TransactionLog(new ManualClock());
  log.resume(journal);
  return log;
}

test('what a person decides about is a claim, with what is owed and what the gate signed since; the rest is none', async () => {
  const log = logOn(new MemoryJournal());
  await log.step(idOf(1), { is: 'voided' }, ended('refused'));
  await log.step(idOf(2), { is: 'claimPrinted' }, ended('refundDue', 100));
  await log.step(idOf(3), { is: 'claimPrinted' }, ended('unknown'));
  await log.step(idOf(4), { is: 'receiptPrinted' }, ended('issued'));
  await log.evidence({ transaction: idOf(3), result: 'notPrinted', evidence: Buffer.from('e') });
  await log.evidence({ transaction: idOf(4), result: 'printed', evidence: Buffer.from('e') });
  await log.evidence({ transaction: idOf(5), result: 'printed', evidence: Buffer.from('e') });
  await log.step(idOf(2), { is: 'restarted' }, ended('refundDue', 100)); // its end is recorded again
  assert.equal(log.claims, [
    { transaction: idOf(3), outcome: 'unknown', code: 'test/unknown', owedYen: 0, paper: 'notPrinted' },
    { transaction: idOf(5), outcome: 'unknown', code: 'print/unknown', owedYen: 0, paper: 'printed' },
    { transaction: idOf(2), outcome: 'refundDue', code: 'test/refundDue', owedYen: 100 },
  ]);
});

test('a restart reads them from the entries, and from the checkpoint where the entries are gone; the youngest are kept', async () => {
  const journal = new MemoryJournal();
  const log = logOn(journal);
  for (let nth = 1; nth <= maxClaims + 3; nth++)
    await log.step(idOf(nth), { is: 'claimPrinted' }, ended('unknown'));
  assert.equal([log.claims.length, log.claims.at(-1)?.transaction], [maxClaims, idOf(maxClaims + 3)]);
  assert.equal(logOn(new MemoryJournal(journal.entries)).claims, log.claims);
  const { body } = log.checkpoint();
  assert.ok(body.length < 4 << 10, `${body.length} bytes`);
  assert.equal(logOn(new MemoryJournal([], body)).claims, log.claims);
});

test('without claims a checkpoint is as earlier versions wrote and read it', () => {
  const { body } = logOn(new MemoryJournal()).checkpoint();
  assert.equal(body, Buffer.from([0x80]), 'an empty list in CBOR');
  assert.equal(decodeCheckpoint(body), { open: [], claims: [] });
});

test.run();
