// The counter between two runs: what a previous run left, what stops the counter, and what it leaves itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import { JournalError } from '../../../agent/journal/journal-error.ts';
import { journalFailure } from '../../../agent/journal/journal-failure.ts';
import { readRecord } from '../../../agent/protocol/ledger.ts';
import { goodDevices, goodLedger } from '../readiness/all-ready.ts';
import { MemoryJournal } from '../transaction/memory-journal.ts';
import { Stage } from '../transaction/stage.ts';
import { CounterRig } from './counter-rig.ts';

const never = () => new Promise<never>(() => undefined);
const withCard: DeviceStatus = { ...goodDevices, card: { online: true, present: true } };

/** A journal with a transaction that was interrupted during its print. */
async function interrupted(): Promise<MemoryJournal> {
  const first = new Stage({ gate: { print: never } });
  const runner = first.run();
  while (first.asked.at(-1) !== 'print') await new Promise(setImmediate);
  runner.leave();
  return new MemoryJournal(first.journal.entries);
}

test('an interrupted transaction comes to its end before anybody is served; nothing is printed again', async () => {
  const rig = new CounterRig({ journal: await interrupted() });
  await rig.untilShown('insertCard');
  assert.ok(rig.stage.prompts.includes('issued'));
  assert.equal(
    rig.stage.asked.filter(name => name !== 'status'),
    ['print', 'printReceipt', 'close'],
  );
  assert.equal(rig.closed, []);
  await rig.close();
});

test('without a panel an interrupted transaction waits, and nobody is served', async () => {
  const rig = new CounterRig({ journal: await interrupted() }, own => own.disconnectPanel());
  await rig.settle();
  assert.equal([...new Set(rig.stage.asked)], ['status']);
  rig.stage.connectPanel();
  assert.equal(rig.closed, [['panel/offline', 'money/open']]);
  await rig.untilShown('insertCard');
  assert.ok(rig.stage.prompts.includes('issued'));
  await rig.close();
});

test('a step that cannot be made durable stops the counter: serve rejects, and nobody is served any more', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  rig.stage.journal.failure = new Error('disk full');
  rig.putCard();
  assert.match(String(await rig.served), /disk full/);
  rig.stage.journal.failure = undefined;
  rig.takeCard();
  rig.putCard();
  await rig.settle();
  assert.not(rig.stage.asked.includes('readCard'));
  rig.counter.close();
});

test('a disk that takes no step closes the counter, with the reason on the screen; it is not the end of the agent', async () => {
  for (const paying of [false, true]) {
    const rig = new CounterRig({ till: { begin: 'pending' } });
    await rig.untilShown('insertCard');
    const readOnly = new JournalError('journal/readOnly', { path: '/home/agent/journal' });
    if (!paying) rig.stage.journal.failure = readOnly;
    rig.putCard();
    if (paying) {
      await rig.untilAsked('till begin');
      rig.stage.journal.failure = readOnly;
      const [id] = rig.transactions;
      rig.stage.panel.receive({ type: 'payment', transaction: id!, state: 'paid', paidYen: 200 });
      await rig.untilAsked('till void');
      rig.ledger = { ...goodLedger, failure: journalFailure(readOnly) };
      await rig.untilEnded('abandoned');
    } else rig.ledger = { ...goodLedger, failure: journalFailure(readOnly) };
    assert.is(await rig.served, 'closed');
    assert.equal(rig.closed.at(-1), ['journal/diskReadOnly']);
    assert.match(
      rig.counter.status.conditions[0]?.hint ?? '',
      /\(journal\/readOnly, \/home\/agent\/journal\)/,
    );
    assert.is(rig.counter.trouble?.code, paying ? 'journal/readOnly' : undefined);
    assert.not(rig.stage.asked.includes('till capture'));
    rig.counter.close();
  }
});

test('a disk that is full in the middle of a payment, and has room again, is served from as before', async () => {
  const rig: CounterRig = new CounterRig({
    till: { begin: 'pending' },
    gate: {
      close: async () => {
        rig.stage.journal.failure = undefined;
        return {};
      },
    },
  });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilAsked('till begin');
  rig.stage.journal.failure = new JournalError('journal/full', { limit: 'space' });
  const [id] = rig.transactions;
  rig.stage.panel.receive({ type: 'payment', transaction: id!, state: 'paid', paidYen: 200 });
  await rig.untilEnded('abandoned');
  await rig.untilShown('insertCard');
  assert.is(rig.stage.journal.entries.filter(({ body }) => readRecord(body).type === 'end').length, 1);
  await rig.close();
});

test('a journal that cannot be asked stops the counter', async () => {
  const rig = new CounterRig({}, own => {
    own.ledger = () => Promise.reject(new Error('no journal'));
  });
  assert.match(String(await rig.served), /no journal/);
  rig.counter.close();
});

test('closed while the devices are asked: nobody is served after it', async () => {
  for (const late of ['status', 'journal'] as const) {
    const rig = new CounterRig();
    await rig.untilShown('insertCard');
    const held = Promise.withResolvers<void>();
    if (late === 'status') rig.status = () => held.promise.then(() => withCard);
    else {
      rig.status = withCard;
      rig.ledger = () => held.promise.then(() => goodLedger);
    }
    rig.counter.onChange();
    await rig.settle();
    rig.counter.close();
    held.resolve();
    await rig.settle();
    assert.equal(rig.transactions, [], late);
    assert.is(await rig.served, 'closed');
  }
});

test('closed in the middle: the transaction is left to its journal', async () => {
  const rig = new CounterRig({ gate: { check: never } });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilAsked('check');
  const records = rig.stage.journal.entries.length;
  await rig.close();
  rig.stage.clock.advance(10 * 60_000);
  await rig.settle();
  assert.is(rig.stage.journal.entries.length, records);
  const [left] = new Stage({ journal: new MemoryJournal(rig.stage.journal.entries) }).interrupted;
  assert.is(left?.transaction, rig.transactions[0]);
});

test.run();
