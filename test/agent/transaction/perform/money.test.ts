// The till at its worst: early, late, gone and back, or about somebody else's money.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf } from '../../../drivers/base/codes.ts';
import { Stage } from '../stage.ts';
import { waits } from '../story.ts';
import { TillBench } from './till-rig.ts';

const askFee = { do: 'askFee', amountYen: 200 } as const;
const giveBack = { do: 'void', amountYen: 200 } as const;
const paid = { is: 'paid' };
const settle = () => new Promise(setImmediate);

/** Nothing but `work` resolves `promise`. */
async function onlyAfter<T>(promise: Promise<T>, work: () => unknown): Promise<T> {
  let done = false;
  promise.then(
    () => (done = true),
    () => (done = true),
  );
  await settle();
  assert.not(done);
  await work();
  return promise;
}

test('coin by coin: only the whole fee is the fee', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.answer('begin', 'pending');
  bench.say('pending', 100);
  bench.say('paid', 100);
  assert.equal(await onlyAfter(fee, () => bench.say('paid', 200)), paid);
});

test('money that is in before `begin` is answered is money', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.asked('begin');
  assert.equal(await onlyAfter(fee, () => bench.say('paid', 200)), paid);
});

test('a till that was paid before, and says so at `begin`, is not waited for', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.answer('begin', 'paid', 200);
  assert.equal(await fee, paid);
});

test('what was paid for another transaction pays nothing here', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.answer('begin', 'pending');
  bench.say('paid', 200, { transaction: 'f'.repeat(32) });
  assert.equal(await onlyAfter(fee, () => bench.say('paid', 200)), paid);
});

test('a panel that comes back is asked where the payment stands', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.answer('begin', 'pending');
  bench.disconnect();
  bench.connect();
  assert.equal(await onlyAfter(fee, () => bench.answer('status', 'paid', 200)), paid);
});

test('a till whose news is lost is asked how far it is', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.answer('begin', 'pending');
  await bench.clock.move(2_000);
  await bench.answer('status', 'pending', 100);
  await settle();
  await bench.clock.move(2_000);
  assert.equal(await onlyAfter(fee, () => bench.answer('status', 'paid', 200)), paid);
  assert.is(bench.clock.waiting, 0, 'and not again');
});

test('a panel that went before it was asked, or has forgotten, is asked to begin when it is back', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.asked('begin');
  bench.disconnect();
  bench.connect();
  await bench.answer('status', 'none');
  await bench.answer('begin', 'pending');
  assert.equal(await onlyAfter(fee, () => bench.say('paid', 200)), paid);
});

test('a panel that is away when the fee is asked for may still come', async () => {
  const bench = new TillBench();
  bench.disconnect();
  const fee = bench.perform(askFee);
  await onlyAfter(fee, async () => {
    bench.connect();
    await bench.answer('status', 'none');
    await bench.answer('begin', 'paid', 200);
  });
});

test('a till that is there and does not answer ends it', async () => {
  const bench = new TillBench();
  const fee = bench.perform(askFee);
  await bench.asked('begin');
  bench.clock.advance(waits.deviceMs);
  assert.is(await codeOf(fee), 'panel/timeout');
});

for (const state of ['refused', 'voided'] as const)
  test(`a till that says ${state}, at once or later, ends it`, async () => {
    const atOnce = new TillBench();
    const fee = atOnce.perform(askFee);
    await atOnce.answer('begin', state);
    assert.is(await codeOf(fee), 'till/refused');
    const later = new TillBench();
    const other = later.perform(askFee);
    await later.answer('begin', 'pending');
    assert.is(await codeOf(onlyAfter(other, () => later.say(state, 0))), 'till/refused');
  });

for (const when of ['before begin is answered', 'while money is awaited', 'before it was asked for'] as const)
  test(`called off ${when}: nothing is left that hears the till or rejects unheard`, async () => {
    const bench = new TillBench();
    if (when === 'before it was asked for') bench.stop.abort(new Error('over'));
    const fee = bench.perform(askFee);
    if (when === 'while money is awaited') await bench.answer('begin', 'pending');
    bench.stop.abort(new Error('over'));
    assert.match(String(await codeOf(fee)), /over/);
    bench.requests.length = 0;
    bench.disconnect();
    bench.connect();
    bench.clock.advance(waits.deviceMs);
    await settle(); // an unhandled rejection would end the process
    assert.equal(bench.requests, []);
  });

test('money is captured only where the till keeps the whole fee', async () => {
  for (const [state, yen, code] of [
    ['captured', 200, undefined],
    ['captured', 100, 'till/notCaptured'],
    ['paid', 200, 'till/notCaptured'],
    ['none', 0, 'till/notCaptured'],
  ] as const) {
    const bench = new TillBench();
    const captured = bench.perform({ do: 'capture', amountYen: 200 });
    await bench.answer('capture', state, yen);
    if (code) assert.is(await codeOf(captured), code);
    else assert.equal(await captured, { is: 'captured' });
  }
});

test('giving back is asked until it is answered: no answer, no panel, an answer that is none; pauses grow to 30 s', async () => {
  const bench = new TillBench();
  const voided = bench.perform(giveBack);
  const pauses: number[] = [];
  const pause = async (): Promise<void> => {
    const from = bench.clock.now();
    await bench.clock.skip();
    pauses.push(bench.clock.now() - from);
  };
  await bench.asked('void');
  bench.clock.advance(waits.deviceMs);
  await pause();
  await bench.answer('void', 'paid', 200);
  await settle();
  await pause();
  await bench.asked('void');
  bench.disconnect();
  for (let i = 0; i < 8; i++) {
    await settle();
    await pause();
  }
  bench.connect();
  await settle();
  await pause();
  await bench.answer('void', 'voided');
  assert.equal(await voided, { is: 'voided' });
  assert.equal(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
});

test('a till that knows nothing of it holds nothing; one that refuses is told as such', async () => {
  for (const [state, event] of [
    ['none', { is: 'voided' }],
    ['refused', { is: 'voidRefused', paidYen: 100 }],
  ] as const) {
    const bench = new TillBench();
    const voided = bench.perform(giveBack);
    await bench.answer('void', state, 'paidYen' in event ? event.paidYen : 0);
    assert.equal(await voided, event);
  }
});

test('a transaction that is left while money goes back asks no more', async () => {
  const bench = new TillBench();
  const voided = bench.perform(giveBack);
  await bench.answer('void', 'paid', 200);
  await settle();
  bench.stop.abort(new Error('over'));
  assert.match(String(await codeOf(voided)), /over/);
});

test('days without an answer cost the journal not one record', async () => {
  const stage = new Stage({ till: { begin: 'refused', void: undefined } });
  const runner = stage.run();
  while (!stage.asked.includes('till void')) await settle();
  const records = stage.journal.entries.length;
  const from = stage.clock.now();
  while (stage.clock.now() - from < 3 * 24 * 3_600_000) await stage.clock.skip();
  assert.is(runner.at, 'void');
  assert.is(stage.journal.entries.length, records);
  assert.ok(stage.asked.filter(name => name === 'till void').length > 1000);
  runner.leave();
});

test.run();
