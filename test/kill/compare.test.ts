// The judge of journal and ledger: a record that is lost, doubled, altered, out of order or refused does not pass.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compare, type Taken } from './compare.ts';

const record = (seq: number) => ({ seq, tag: Buffer.alloc(16, seq), body: Buffer.from([seq]) });
const journal = [1, 2, 3, 4].map(record);
const rows: Taken['records'] = journal.map(one => ({ ...one, received: one.seq }));
const differences = (records: Taken['records'], refused: number[] = [], entries = journal) =>
  compare(entries, { records, refused }).join();
const with2 = (change: Partial<Taken['records'][number]>) => rows.with(1, { ...rows[1]!, ...change });

test('the same records agree', () => {
  assert.is(differences(rows), '');
});

for (const [name, records, said] of [
  ['lost at the end', rows.slice(0, 3), 'the ledger has nothing where 4 belongs'],
  ['lost in the middle', rows.toSpliced(1, 1), 'the ledger has 3 where 2 belongs'],
  ['doubled', rows.toSpliced(1, 0, rows[1]!), 'the ledger has 2 where 3 belongs'],
  ['one too many', [...rows, { ...rows[3]!, seq: 5 }], 'the ledger has 1 records too many'],
  ['sealed otherwise', with2({ tag: Buffer.alloc(16) }), 'record 2 was sealed with another tag'],
  ['altered', with2({ body: Buffer.from([9]) }), 'record 2 is another one in the ledger'],
  ['taken out of order', with2({ received: 9 }), 'record 3 was taken too early'],
] as const)
  test(`a record that was ${name}`, () => {
    assert.match(differences(records), said);
  });

test('a record that was refused', () => {
  assert.is(differences(rows, [3]), 'the ledger took record 3 as refused');
});

test('a journal with a gap', () => {
  const gap = journal.toSpliced(2, 1);
  assert.match(differences(rows, [], gap), 'the journal has 4 where 3 belongs');
});

test.run();
