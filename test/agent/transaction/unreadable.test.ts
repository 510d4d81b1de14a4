// What this version of the agent cannot read at its start.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Entry } from '../../../agent/journal/entry.ts';
import { isJournalError } from '../../../agent/journal/journal-error.ts';
import { encode } from '../../../agent/protocol/cbor.ts';
import { readRecord } from '../../../agent/protocol/ledger.ts';
import { next } from '../../../agent/transaction/next.ts';
import type { State } from '../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryJournal } from './memory-journal.ts';
import { road, transaction } from './story.ts';

/** Entries of a transaction that lived the first `steps` of its road. */
async function entriesOf(steps: number): Promise<Entry[]> {
  const journal = new MemoryJournal();
  const log = new TransactionLog(new ManualClock());
  log.resume(journal);
  let state: State = { at: 'idle' };
  for (const event of road().slice(0, steps)) {
    state = next(state, event)!.state;
    await log.step(transaction, event, state);
  }
  return journal.entries;
}

const changed = (entry: Entry, change: object): Entry => ({
  ...entry,
  body: encode({ ...readRecord(entry.body), ...change } as never),
});
const later = encode({ is: 'later' });

/** How many transactions a start finds open; or the code that it is refused with. */
function found(entries: readonly Entry[], checkpoint?: Buffer): number | string {
  try {
    return new TransactionLog(new ManualClock()).resume(new MemoryJournal(entries, checkpoint)).length;
  } catch (error) {
    return isJournalError(error) ? error.code : String(error);
  }
}

const ways: Record<string, (entry: Entry) => Entry> = {
  'no record': entry => ({ ...entry, body: Buffer.from('not ours') }),
  'a record with a field that another version has': entry => changed(entry, { later: 1 }),
  'an event that another version has': entry => changed(entry, { event: later }),
  'a state that another version has': entry => changed(entry, { at: 'later' }),
  'an event that leads nowhere': entry => changed(entry, { event: encode({ is: 'paid' }) }),
};

for (const [way, change] of Object.entries(ways))
  test(`${way} makes the journal unreadable`, async () => {
    const entries = await entriesOf(3);
    assert.is(found(entries), 1);
    assert.is(found([...entries.slice(0, 2), change(entries[2]!)]), 'journal/unreadable');
  });

test('so does a checkpoint that is none, or holds an event that another version has', () => {
  assert.is(found([], Buffer.from('no checkpoint')), 'journal/unreadable');
  const checkpoint = encode([{ transaction: Buffer.alloc(16), since: 1, events: [later] }]);
  assert.is(found([], checkpoint), 'journal/unreadable');
});

test('the steps of a transaction that has ended need not be understood', async () => {
  const [first, second, ...more] = await entriesOf(road().length);
  assert.is(found([first!, changed(second!, { event: later, at: 'later' }), ...more]), 0);
});

test.run();
