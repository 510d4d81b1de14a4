// The counter window between two runs: what an earlier one left, what stops it, and what it leaves itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceStatus } from '../../../drivers/contract/commands.ts';
import { goodDevices } from '../readiness/all-ready.ts';
import { MemoryJournal } from '../transaction/memory-journal.ts';
import { Stage } from '../transaction/stage.ts';
import { CounterBench } from './counter-rig.ts';

const never = () => new Promise<never>(() => undefined);
const withCard: DeviceStatus = { ...goodDevices, card: { online: true, present: true } };

/** A journal with a transaction that was cut off while its paper came. */
async function interrupted(): Promise<MemoryJournal> {
  const first = new Stage({ gate: { print: never } });
  const runner = first.run();
  while (first.asked.at(-1) !== 'print') await new Promise(setImmediate);
  runner.leave();
  return new MemoryJournal(first.journal.entries);
}

test('an interrupted transaction comes to its end before anybody is served; nothing is printed again', async () => {
  const bench = new CounterBench({ journal: await interrupted() });
  await bench.untilShown('insertCard');
  assert.ok(bench.stage.prompts.includes('issued'));
  assert.equal(
    bench.stage.asked.filter(name => name !== 'status'),
    ['print', 'printReceipt', 'close'],
  );
  assert.equal(bench.closed, []);
  await bench.close();
});

test('without a panel an interrupted transaction waits, and nobody is served', async () => {
  const bench = new CounterBench({ journal: await interrupted() }, own => own.disconnectPanel());
  await bench.settle();
  assert.equal([...new Set(bench.stage.asked)], ['status']);
  bench.stage.connectPanel();
  assert.equal(bench.closed, [['panel/offline', 'money/open']]);
  await bench.untilShown('insertCard');
  assert.ok(bench.stage.prompts.includes('issued'));
  await bench.close();
});

test('a step that cannot be made durable stops the counter: serve rejects, and nobody is served any more', async () => {
  const bench = new CounterBench();
  await bench.untilShown('insertCard');
  bench.stage.journal.failure = new Error('disk full');
  bench.putCard();
  assert.match(String(await bench.served), /disk full/);
  bench.stage.journal.failure = undefined;
  bench.takeCard();
  bench.putCard();
  await bench.settle();
  assert.not(bench.stage.asked.includes('readCard'));
  bench.counter.close();
});

test('a journal that cannot be asked stops the counter', async () => {
  const bench = new CounterBench({}, own => {
    own.journalFull = () => Promise.reject(new Error('no journal'));
  });
  assert.match(String(await bench.served), /no journal/);
  bench.counter.close();
});

test('closed while the devices are asked: nobody is served after it', async () => {
  for (const late of ['status', 'journal'] as const) {
    const bench = new CounterBench();
    await bench.untilShown('insertCard');
    const held = Promise.withResolvers<void>();
    if (late === 'status') bench.status = () => held.promise.then(() => withCard);
    else {
      bench.status = withCard;
      bench.journalFull = () => held.promise.then(() => false);
    }
    bench.counter.onChange();
    await bench.settle();
    bench.counter.close();
    held.resolve();
    await bench.settle();
    assert.equal(bench.transactions, [], late);
    assert.is(await bench.served, 'closed');
  }
});

test('closed in the middle: the transaction is left to its journal', async () => {
  const bench = new CounterBench({ gate: { check: never } });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilAsked('check');
  const records = bench.stage.journal.entries.length;
  await bench.close();
  bench.stage.clock.advance(10 * 60_000);
  await bench.settle();
  assert.is(bench.stage.journal.entries.length, records);
  const [left] = new Stage({ journal: new MemoryJournal(bench.stage.journal.entries) }).interrupted;
  assert.is(left?.transaction, bench.transactions[0]);
});

test.run();
