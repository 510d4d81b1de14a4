// Difficult tills: early, late, disconnected and back, or with news about another transaction.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf } from '../../../refusal.ts';
import { Stage } from '../stage.ts';
import { waits } from '../story.ts';
import { TillRig } from './till-rig.ts';

const askFee = { do: 'askFee', amountYen: 200 } as const;
const cancel = { do: 'void', amountYen: 200, reportedYen: 200 } as const;
const cancelUnpaid = { ...cancel, reportedYen: 0 };
const paid = { is: 'paid' };
const settle = () => new Promise(setImmediate);

/** Checks that `promise` is pending before `work` and resolves by it. */
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
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.answer('begin', 'pending');
  rig.say('pending', 100);
  assert.equal(await onlyAfter(fee, () => rig.say('paid', 200)), paid);
});

test('money that is in before `begin` is answered is money', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.asked('begin');
  assert.equal(await onlyAfter(fee, () => rig.say('paid', 200)), paid);
});

test('a till that was paid before, and says so at `begin`, is not waited for', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.answer('begin', 'paid', 200);
  assert.equal(await fee, paid);
});

test('what was paid for another transaction pays nothing here', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.answer('begin', 'pending');
  rig.say('paid', 200, { transaction: 'f'.repeat(32) });
  assert.equal(await onlyAfter(fee, () => rig.say('paid', 200)), paid);
});

test('a panel that comes back is asked where the payment stands', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.answer('begin', 'pending');
  rig.disconnect();
  rig.connect();
  assert.equal(await onlyAfter(fee, () => rig.answer('status', 'paid', 200)), paid);
});

test('a till whose news is lost is asked how far it is', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.answer('begin', 'pending');
  await rig.clock.move(2_000);
  await rig.answer('status', 'pending', 100);
  await settle();
  await rig.clock.move(2_000);
  assert.equal(await onlyAfter(fee, () => rig.answer('status', 'paid', 200)), paid);
  assert.is(rig.clock.waiting, 0, 'and not again');
});

test('a panel that went before it was asked, or has forgotten, is asked to begin when it is back', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.asked('begin');
  rig.disconnect();
  rig.connect();
  await rig.answer('status', 'none');
  await rig.answer('begin', 'pending');
  assert.equal(await onlyAfter(fee, () => rig.say('paid', 200)), paid);
});

test('a panel that is away when the fee is asked for may still come', async () => {
  const rig = new TillRig();
  rig.disconnect();
  const fee = rig.perform(askFee);
  await onlyAfter(fee, async () => {
    rig.connect();
    await rig.answer('status', 'none');
    await rig.answer('begin', 'paid', 200);
  });
});

test('a till that is there and does not answer ends it', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.asked('begin');
  rig.clock.advance(waits.deviceMs);
  assert.is(await codeOf(fee), 'panel/timeout');
});

for (const state of ['refused', 'voided'] as const)
  test(`a till that says ${state}, at once or later, ends it`, async () => {
    const atOnce = new TillRig();
    const fee = atOnce.perform(askFee);
    await atOnce.answer('begin', state);
    assert.is(await codeOf(fee), 'till/refused');
    const later = new TillRig();
    const other = later.perform(askFee);
    await later.answer('begin', 'pending');
    assert.is(await codeOf(onlyAfter(other, () => later.say(state, 0))), 'till/refused');
  });

for (const when of ['before begin is answered', 'while money is awaited', 'before it was asked for'] as const)
  test(`cancelled ${when}: no listener of the till and no unhandled rejection is left`, async () => {
    const rig = new TillRig();
    if (when === 'before it was asked for') rig.stop.abort(new Error('over'));
    const fee = rig.perform(askFee);
    if (when === 'while money is awaited') await rig.answer('begin', 'pending');
    rig.stop.abort(new Error('over'));
    assert.match(String(await codeOf(fee)), /over/);
    rig.requests.length = 0;
    rig.disconnect();
    rig.connect();
    rig.clock.advance(waits.deviceMs);
    await settle(); // an unhandled rejection would end the process
    assert.equal(rig.requests, []);
  });

test('money is captured only where the till keeps the whole fee', async () => {
  for (const [state, yen, code] of [
    ['captured', 200, undefined],
    ['captured', 100, 'panel/wrongAmount'],
    ['captured', 0, 'panel/wrongAmount'],
    ['paid', 200, 'till/notCaptured'],
    ['none', 0, 'till/notCaptured'],
  ] as const) {
    const rig = new TillRig();
    const captured = rig.perform({ do: 'capture', amountYen: 200 });
    await rig.answer('capture', state, yen);
    if (code) assert.is(await codeOf(captured), code);
    else assert.equal(await captured, { is: 'captured' });
  }
});

test('a refund is asked for until it is answered: no answer, no panel, another answer; pauses grow to 30 s', async () => {
  const rig = new TillRig();
  const voided = rig.perform(cancel);
  const pauses: number[] = [];
  const pause = async (): Promise<void> => {
    const from = rig.clock.now();
    await rig.clock.skip();
    pauses.push(rig.clock.now() - from);
  };
  await rig.answer('status', 'paid', 200);
  await rig.asked('void');
  rig.clock.advance(waits.deviceMs);
  await pause();
  await rig.answer('void', 'paid', 200);
  await settle();
  await pause();
  await rig.asked('void');
  rig.disconnect();
  for (let i = 0; i < 8; i++) {
    await settle();
    await pause();
  }
  rig.connect();
  await settle();
  await pause();
  await rig.answer('void', 'voided');
  assert.equal(await voided, { is: 'voided' });
  assert.equal(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
});

for (const [state, yen] of [
  ['paid', 500],
  ['paid', 100],
  ['captured', 0],
  ['none', 100],
  ['voided', 100],
] as const)
  test(`a till that says ${state} with ${yen} yen for a fee of 200 is told the field, and the payment ends`, async () => {
    const atOnce = new TillRig();
    const fee = atOnce.perform(askFee);
    const complaint = await atOnce.answer('begin', state, yen);
    assert.match(complaint ?? '', /^The field paidYen must be (200|0) with the state /);
    assert.is(await codeOf(fee), 'panel/wrongAmount');
    const unasked = new TillRig();
    const other = unasked.perform(askFee);
    await unasked.answer('begin', 'pending');
    const later = codeOf(onlyAfter(other, () => assert.match(unasked.say(state, yen) ?? '', /paidYen/)));
    assert.is(await later, 'panel/wrongAmount');
  });

test('money back: what the till reported last counts where it refuses, or has forgotten the payment', async () => {
  const owes = (paidYen: number) => ({ is: 'voidRefused', paidYen });
  for (const [reported, state, yen, event] of [
    [['pending', 0], 'none', 0, { is: 'voided' }],
    [['pending', 0], 'refused', 0, owes(0)],
    [['pending', 100], 'refused', 0, owes(100)],
    [['pending', 100], 'none', 0, owes(100)],
    [['pending', 100], 'voided', 0, { is: 'voided' }],
    [['pending', 100, 'pending', 0], 'refused', 0, owes(0)],
    [['pending', 100, 'refused', 0], 'refused', 0, owes(100)],
    [['paid', 200], 'refused', 100, owes(100)],
    [['paid', 500], 'refused', 0, owes(500)],
    [['paid', 200, 'captured', 0], 'refused', 0, owes(200)],
  ] as const) {
    const rig = new TillRig();
    const fee = rig.perform(askFee).catch(() => undefined);
    await rig.asked('begin');
    for (let at = 0; at < reported.length; at += 2)
      rig.say(reported[at] as 'pending', reported[at + 1] as number);
    rig.stop.abort(new Error('over'));
    await fee;
    rig.stop = new AbortController();
    const voided = rig.perform(cancelUnpaid);
    await rig.asked('status');
    rig.disconnect();
    rig.connect();
    await rig.answer('void', state, yen);
    assert.equal(await voided, event, `${reported} then ${state} ${yen}`);
  }
});

test('the till is asked first how much is in; where it does not say, the journal’s fee counts', async () => {
  for (const [effect, said, event] of [
    [cancelUnpaid, ['pending', 0], { is: 'voidRefused', paidYen: 0 }],
    [cancelUnpaid, ['pending', 100], { is: 'voidRefused', paidYen: 100 }],
    [cancel, ['none', 0], { is: 'voidRefused', paidYen: 200 }],
    [cancel, undefined, { is: 'voidRefused', paidYen: 200 }],
    [cancelUnpaid, undefined, { is: 'voidRefused', paidYen: 0 }],
  ] as const) {
    const rig = new TillRig();
    const voided = rig.perform(effect);
    if (said) await rig.answer('status', said[0], said[1]);
    else {
      await rig.asked('status');
      rig.clock.advance(waits.deviceMs);
    }
    await rig.answer('void', 'refused', 0);
    assert.equal(await voided, event);
  }
});

test('a refund that is answered with a wrong amount is asked for again', async () => {
  const rig = new TillRig();
  const voided = rig.perform(cancel);
  await rig.answer('status', 'paid', 200);
  assert.match((await rig.answer('void', 'voided', 100)) ?? '', /paidYen must be 0/);
  await settle();
  await rig.clock.skip();
  await rig.answer('void', 'voided', 0);
  assert.equal(await voided, { is: 'voided' });
});

for (const [name, say, owedYen] of [
  ['that it is paid', (rig: TillRig) => rig.answer('void', 'paid', 200), 200],
  ['that half of it is in', (rig: TillRig) => rig.answer('void', 'pending', 100), 100],
  ['a wrong amount', (rig: TillRig) => rig.answer('void', 'voided', 100), 100],
  [
    'a state that does not exist',
    async (rig: TillRig) => rig.panel.spoil((await rig.asked('void')).request),
    200,
  ],
] as const)
  test(`a till that answers \`void\` with ${name} for as long as the fee may take ends the refund with what it reported last`, async () => {
    const rig = new TillRig();
    const voided = rig.perform(cancel);
    let end: unknown;
    void voided.then(event => (end = event));
    await rig.answer('status', 'paid', 200);
    const from = rig.clock.now();
    while (!end) {
      await say(rig);
      await settle();
      if (!end) await rig.clock.skip();
    }
    assert.equal(end, { is: 'voidRefused', paidYen: owedYen, code: 'till/notVoided' });
    const ms = rig.clock.now() - from;
    assert.ok(ms >= waits.payMs && ms <= waits.payMs + 30_000, `${ms} ms`);
  });

test('a till that forgets a payment with money in it is not asked to begin again', async () => {
  const rig = new TillRig();
  const fee = rig.perform(askFee);
  await rig.answer('begin', 'pending', 100);
  await rig.clock.move(2_000);
  await rig.answer('status', 'none');
  assert.is(await codeOf(fee), 'till/forgot');
});

test('a transaction that is left during the refund asks no more', async () => {
  const rig = new TillRig();
  const voided = rig.perform(cancel);
  await rig.answer('status', 'paid', 200);
  await rig.answer('void', 'paid', 200);
  await settle();
  rig.stop.abort(new Error('over'));
  assert.match(String(await codeOf(voided)), /over/);
});

test('days without an answer cost the journal not one record', async () => {
  const stage = new Stage({ till: { begin: 'refused', status: 'refused', void: undefined } });
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
