// The ledger on a real database file: each record is stored once, in order, and is durable before it is acknowledged.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { signEvidence } from '../../../agent/protocol/evidence.ts';
import { type Batch, encodeRecord, type LedgerRecord } from '../../../agent/protocol/ledger.ts';
import { Ledger } from '../../../simulator/hub/ledger/ledger.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';

const dir = temporaryFolder('ledger');
test.after(() => rmSync(dir, { recursive: true }));

const gate = newKeyPair();
const terminal = 'mitaka-1';
const session = Buffer.alloc(16, 9);
let files = 0;

const takenBy = (ledger: Ledger, batch: Batch) => ledger.take([{ batch, gate: gate.coseKey }])[0]!;

function open(path = join(dir, `ledger-${files++}.db`)) {
  const ended: string[] = [];
  const ledger = new Ledger({
    path,
    generation: 1,
    wall: () => 1,
    ended: transaction => ended.push(transaction.toString('hex')),
  });
  const take = (from: number, records: Batch['records']) =>
    takenBy(ledger, { terminal, epoch: 1, session, from, records });
  return { path, ledger, ended, take };
}

const record = (body: LedgerRecord | Buffer): Batch['records'][number] => ({
  tag: randomBytes(16),
  body: Buffer.isBuffer(body) ? body : encodeRecord(body),
});
const start = () => record({ type: 'start', software: 'test', wall: 5 });
const step = (transaction: Buffer, at: string, number: number) =>
  record({ type: 'step', transaction, step: number, at, event: Buffer.from('a0', 'hex'), wall: 6 });
const order = {
  municipality: '132047',
  kind: 'juminhyo',
  options: {},
  copies: 1,
  feeYen: 200,
  media: 'iso_a4_210x297mm' as const,
  sides: 'one-sided' as const,
};
const end = (transaction: Buffer, evidence?: Buffer) =>
  record({ type: 'end', transaction, outcome: 'issued', order, keptYen: 200, owedYen: 0, evidence, wall: 7 });
const evidenceOf = (transaction: Buffer, key = gate, at = terminal) =>
  signEvidence(
    {
      transaction,
      terminal: at,
      manifestDigest: randomBytes(32),
      pdfDigest: randomBytes(32),
      result: 'printed',
      job: 1,
      jobState: 'completed',
      impressions: 1,
      expected: 1,
    },
    key,
  );

test('records are stored in order, and the cursor has the last tag', () => {
  const { ledger, take } = open();
  const records = [start(), start(), start()];
  assert.equal(take(1, records.slice(0, 2)), {
    terminal,
    epoch: 1,
    session,
    upto: 2,
    tag: records[1]!.tag,
    generation: 1,
    refused: [],
  });
  assert.is(take(3, records.slice(2)).upto, 3);
  assert.is(ledger.reader.rows().length, 3);
  ledger.close();
});

test('a batch after a gap is not stored and gets the present cursor; an empty ledger has cursor 0 and a tag of zeroes', () => {
  const { ledger, take } = open();
  const gap = take(2, [start()]);
  assert.is(gap.upto, 0);
  assert.equal(gap.tag, Buffer.alloc(16));
  take(1, [start()]);
  assert.is(take(3, [start()]).upto, 1);
  assert.is(ledger.reader.rows().length, 1);
  ledger.close();
});

test('a terminal that keeps sending after a gap raises one alarm; batches after one lost batch raise none', () => {
  const { path, ledger, take } = open();
  const first = [start()];
  for (const from of [4, 5, 6, 7]) take(from, [start()]);
  take(1, first);
  take(2, [start()]);
  for (const from of [9, 10, 9, 11]) take(from, [start()]);
  assert.equal(ledger.reader.alarms(), []);
  take(1, first); // sent again
  take(9, []); // requests the cursor
  const alarm = { terminal, epoch: 1, seq: 8, code: 'ledger/behind' };
  assert.equal(ledger.reader.alarms(), [alarm]);
  for (const from of [9, 10, 9]) take(from, [start()]);
  assert.equal(ledger.reader.alarms(), [alarm]);
  take(3, [start()]);
  for (const from of [10, 10]) take(from, [start()]);
  ledger.close();
  const again = open(path);
  for (const from of [9, 9, 9, 10, 10]) again.take(from, [start()]);
  assert.equal(again.ledger.reader.alarms(), [alarm]);
  again.ledger.close();
});

test('an alarm that was rolled back with its transaction is raised by the next batch after the gap', () => {
  let full = false;
  const ledger = new Ledger({
    path: join(dir, `ledger-${files++}.db`),
    generation: 1,
    wall: () => {
      if (full) throw new Error('no room');
      return 1;
    },
    ended: () => undefined,
  });
  const ask = () => takenBy(ledger, { terminal, epoch: 1, session, from: 9, records: [] });
  ask();
  ask();
  full = true;
  assert.throws(ask, 'no room');
  full = false;
  ask();
  assert.is(ledger.reader.alarms().length, 1);
  ledger.close();
});

test('records that are sent again are stored once; of an overlapping batch only the new records are stored', () => {
  const { ledger, take } = open();
  const transaction = randomBytes(16);
  const records = [start(), step(transaction, 'print', 0), end(transaction), start()];
  take(1, records.slice(0, 3));
  assert.is(take(1, records.slice(0, 3)).upto, 3);
  assert.is(take(2, records.slice(1)).upto, 4);
  assert.is(ledger.reader.rows().length, 4);
  assert.is(ledger.reader.transactions().length, 1);
  assert.equal(ledger.reader.alarms(), []);
  ledger.close();
});

test('a record that differs from the stored one of its number raises an alarm, and its batch is not stored', () => {
  const { ledger, take } = open();
  const records = [start(), start()];
  take(1, records);
  const { upto, tag } = take(1, [records[0]!, start(), start()]);
  assert.is(upto, 2);
  assert.equal(tag, records[1]!.tag);
  assert.equal(ledger.reader.alarms(), [{ terminal, epoch: 1, seq: 2, code: 'ledger/fork' }]);
  assert.is(ledger.reader.rows().length, 2);
  ledger.close();
});

test('an unreadable record is stored, is reported as refused each time, and blocks nothing', () => {
  const { ledger, take } = open();
  const records = [start(), record(Buffer.from('a1616101', 'hex')), start()];
  const refused = [{ seq: 2, code: 'ledger/schema', path: 'type' }];
  assert.equal(take(1, records).refused, refused);
  const again = take(1, records);
  assert.is(again.upto, 3);
  assert.equal(again.refused, refused);
  assert.equal(
    ledger.reader.rows().map(({ type }) => type),
    ['start', 'refused', 'start'],
  );
  ledger.close();
});

test('a second end of a transaction is refused: the first one counts', () => {
  const { ledger, take, ended } = open();
  const transaction = randomBytes(16);
  const second = record({
    type: 'end',
    transaction,
    outcome: 'refundDue',
    keptYen: 0,
    owedYen: 200,
    wall: 8,
  });
  assert.equal(take(1, [end(transaction), second]).refused, [{ seq: 2, code: 'ledger/endedBefore' }]);
  assert.equal(
    ledger.reader.transactions().map(({ outcome }) => outcome),
    ['issued'],
  );
  assert.equal(ended, [transaction.toString('hex')]);
  ledger.close();
});

test("only evidence of this terminal's gate and of this transaction is valid", () => {
  const { ledger, take } = open();
  const [good, absent, forged, moved, elsewhere] = Array.from({ length: 5 }, () => randomBytes(16));
  take(1, [
    end(good!, evidenceOf(good!)),
    end(absent!),
    end(forged!, evidenceOf(forged!, newKeyPair())),
    end(moved!, evidenceOf(good!)),
    end(elsewhere!, evidenceOf(elsewhere!, gate, 'another')),
  ]);
  const verdict = new Map(
    ledger.reader.transactions().map(row => [row.transaction, `${row.evidence} ${row.paper}`]),
  );
  const of = (transaction?: Buffer) => verdict.get(transaction!.toString('hex'));
  assert.is(of(good), 'valid printed');
  assert.is(of(absent), 'absent null');
  for (const bad of [forged, moved, elsewhere]) assert.is(of(bad), 'invalid null');
  ledger.close();
});

test('evidence that the gate signed after the end closes the claim; forged evidence is refused and closes nothing', () => {
  const { ledger, take } = open();
  const [settled, forged] = [randomBytes(16), randomBytes(16)];
  const unknown = (transaction: Buffer) =>
    record({ type: 'end', transaction, outcome: 'unknown', order, keptYen: 200, owedYen: 0, wall: 7 });
  const late = (transaction: Buffer, evidence: Buffer) =>
    record({ type: 'evidence', transaction, outcome: 'unknown', result: 'printed', evidence, wall: 8 });
  const { refused } = take(1, [
    unknown(settled),
    unknown(forged),
    late(settled, evidenceOf(settled)),
    late(forged, evidenceOf(forged, newKeyPair())),
    late(settled, evidenceOf(settled)),
  ]);
  assert.equal(refused, [{ seq: 4, code: 'ledger/evidence' }]);
  const rows = new Map(ledger.reader.transactions().map(row => [row.transaction, row]));
  const of = (transaction: Buffer) => {
    const { outcome, evidence, paper, latePaper } = rows.get(transaction.toString('hex'))!;
    return [outcome, evidence, paper, latePaper];
  };
  assert.equal(of(settled), ['unknown', 'absent', null, 'printed']);
  assert.equal(of(forged), ['unknown', 'absent', null, null]);
  assert.equal(
    ledger.reader
      .rows()
      .map(({ type }) => type)
      .slice(2),
    ['evidence', 'refused', 'evidence'],
  );
  ledger.close();
});

test('an alarm with new evidence is stored as a new alarm; the same alarm again is not', () => {
  const { ledger } = open();
  const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  for (const evidence of [undefined, undefined, first, first, second])
    ledger.reported(terminal, 1, 'journal/altered', evidence);
  assert.equal(
    ledger.reader.alarms().map(({ evidence }) => evidence?.[0]),
    [undefined, 1, 2],
  );
  ledger.close();
});

test('a transaction is a row with its steps, last state, order and money', () => {
  const { ledger, take } = open();
  const transaction = randomBytes(16);
  take(1, [
    step(transaction, 'pay', 0),
    step(transaction, 'print', 1),
    end(transaction, evidenceOf(transaction)),
  ]);
  assert.equal(ledger.reader.transactions(), [
    {
      transaction: transaction.toString('hex'),
      terminal,
      epoch: 1,
      steps: 2,
      at: 'print',
      outcome: 'issued',
      code: null,
      municipality: '132047',
      kind: 'juminhyo',
      copies: 1,
      feeYen: 200,
      keptYen: 200,
      owedYen: 0,
      evidence: 'valid',
      paper: 'printed',
      latePaper: null,
    },
  ]);
  ledger.close();
});

test('the cursor is kept over a restart', () => {
  const first = open();
  const records = [start(), start(), start()];
  first.take(1, records.slice(0, 2));
  first.ledger.close();
  const second = open(first.path);
  assert.is(second.ledger.reader.cursor(terminal, 1)?.upto, 2);
  assert.is(second.take(1, records).upto, 3);
  assert.is(second.ledger.reader.rows().length, 3);
  second.ledger.close();
});

test('a new epoch starts at record 1', () => {
  const { ledger, take } = open();
  take(1, [start()]);
  assert.is(takenBy(ledger, { terminal, epoch: 2, session, from: 1, records: [start()] }).upto, 1);
  assert.is(ledger.reader.cursor(terminal, 1)?.upto, 1);
  ledger.close();
});

test.run();
