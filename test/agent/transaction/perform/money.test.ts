// The till at its worst: early, late, gone and back, or about somebody else's money.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PaymentNews, PaymentOperation, ToPanel } from '../../../../agent/panel/messages.ts';
import { Panel, type PanelConnection } from '../../../../agent/panel/panel.ts';
import type { Effect } from '../../../../agent/transaction/effect.ts';
import { perform } from '../../../../agent/transaction/perform/perform.ts';
import { codeOf } from '../../../drivers/contract/codes.ts';
import { ManualClock } from '../../../manual-clock.ts';
import { Stage } from '../stage.ts';
import { transaction, waits } from '../story.ts';

type Request = Extract<ToPanel, { type: 'payment' }>;

/** A till that does what the test says, and a performer's surroundings. */
class Counter {
  readonly clock = new ManualClock();
  readonly panel = new Panel(this.clock);
  readonly stop = new AbortController();
  readonly requests: Request[] = [];
  #connection: PanelConnection | undefined;
  #wake: () => void = () => undefined;

  constructor() {
    this.connect();
  }

  connect(): void {
    this.#connection = {
      send: message => {
        if (message.type !== 'payment') return;
        this.requests.push(message);
        this.#wake();
      },
    };
    this.panel.connect(this.#connection);
  }

  disconnect(): void {
    if (this.#connection) this.panel.disconnect(this.#connection);
  }

  perform(effect: Effect) {
    const { panel, clock, stop } = this;
    const ports = { ...new Stage().ports, panel, clock };
    return perform(effect, { ports, memory: {}, transaction, signal: stop.signal });
  }

  /** The next request to the till, which must be `operation`. */
  async asked(operation: PaymentOperation): Promise<Request> {
    if (this.requests.length === 0) await new Promise<void>(resolve => (this.#wake = resolve));
    const request = this.requests.shift()!;
    assert.is(request.operation, operation);
    return request;
  }

  say(state: PaymentNews['state'], paidYen: number, more: Partial<PaymentNews> = {}): void {
    this.panel.receive({ type: 'payment', transaction, state, paidYen, ...more });
  }

  async answer(operation: PaymentOperation, state: PaymentNews['state'], paidYen = 0): Promise<void> {
    const { request } = await this.asked(operation);
    this.say(state, paidYen, { request });
  }
}

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
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.answer('begin', 'pending');
  counter.say('pending', 100);
  counter.say('paid', 100);
  assert.equal(await onlyAfter(fee, () => counter.say('paid', 200)), paid);
});

test('money that is in before `begin` is answered is money', async () => {
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.asked('begin');
  assert.equal(await onlyAfter(fee, () => counter.say('paid', 200)), paid);
});

test('a till that was paid before, and says so at `begin`, is not waited for', async () => {
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.answer('begin', 'paid', 200);
  assert.equal(await fee, paid);
});

test('what was paid for another transaction pays nothing here', async () => {
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.answer('begin', 'pending');
  counter.say('paid', 200, { transaction: 'f'.repeat(32) });
  assert.equal(await onlyAfter(fee, () => counter.say('paid', 200)), paid);
});

test('a panel that comes back is asked where the payment stands', async () => {
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.answer('begin', 'pending');
  counter.disconnect();
  counter.connect();
  assert.equal(await onlyAfter(fee, () => counter.answer('status', 'paid', 200)), paid);
});

test('a panel that went before it was asked, or has forgotten, is asked to begin when it is back', async () => {
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.asked('begin');
  counter.disconnect();
  counter.connect();
  await counter.answer('status', 'none');
  await counter.answer('begin', 'pending');
  assert.equal(await onlyAfter(fee, () => counter.say('paid', 200)), paid);
});

test('a panel that is away when the fee is asked for may still come', async () => {
  const counter = new Counter();
  counter.disconnect();
  const fee = counter.perform(askFee);
  await onlyAfter(fee, async () => {
    counter.connect();
    await counter.answer('status', 'none');
    await counter.answer('begin', 'paid', 200);
  });
});

test('a till that is there and does not answer ends it', async () => {
  const counter = new Counter();
  const fee = counter.perform(askFee);
  await counter.asked('begin');
  counter.clock.advance(waits.deviceMs);
  assert.is(await codeOf(fee), 'panel/timeout');
});

for (const state of ['refused', 'voided'] as const)
  test(`a till that says ${state}, at once or later, ends it`, async () => {
    const atOnce = new Counter();
    const fee = atOnce.perform(askFee);
    await atOnce.answer('begin', state);
    assert.is(await codeOf(fee), 'till/refused');
    const later = new Counter();
    const other = later.perform(askFee);
    await later.answer('begin', 'pending');
    assert.is(await codeOf(onlyAfter(other, () => later.say(state, 0))), 'till/refused');
  });

for (const when of ['before begin is answered', 'while money is awaited', 'before it was asked for'] as const)
  test(`called off ${when}: nothing is left that hears the till or rejects unheard`, async () => {
    const counter = new Counter();
    if (when === 'before it was asked for') counter.stop.abort(new Error('over'));
    const fee = counter.perform(askFee);
    if (when === 'while money is awaited') await counter.answer('begin', 'pending');
    counter.stop.abort(new Error('over'));
    assert.match(String(await codeOf(fee)), /over/);
    counter.requests.length = 0;
    counter.disconnect();
    counter.connect();
    counter.clock.advance(waits.deviceMs);
    await settle(); // an unhandled rejection would end the process
    assert.equal(counter.requests, []);
  });

test('money is captured only where the till keeps the whole fee', async () => {
  for (const [state, yen, code] of [
    ['captured', 200, undefined],
    ['captured', 100, 'till/notCaptured'],
    ['paid', 200, 'till/notCaptured'],
    ['none', 0, 'till/notCaptured'],
  ] as const) {
    const counter = new Counter();
    const captured = counter.perform({ do: 'capture', amountYen: 200 });
    await counter.answer('capture', state, yen);
    if (code) assert.is(await codeOf(captured), code);
    else assert.equal(await captured, { is: 'captured' });
  }
});

test('giving back is asked until it is answered: no answer, no panel, an answer that is none; pauses grow to 30 s', async () => {
  const counter = new Counter();
  const voided = counter.perform(giveBack);
  const pauses: number[] = [];
  const pause = async (): Promise<void> => {
    const from = counter.clock.now();
    await counter.clock.skip();
    pauses.push(counter.clock.now() - from);
  };
  await counter.asked('void');
  counter.clock.advance(waits.deviceMs);
  await pause();
  await counter.answer('void', 'paid', 200);
  await settle();
  await pause();
  await counter.asked('void');
  counter.disconnect();
  for (let i = 0; i < 8; i++) {
    await settle();
    await pause();
  }
  counter.connect();
  await settle();
  await pause();
  await counter.answer('void', 'voided');
  assert.equal(await voided, { is: 'voided' });
  assert.equal(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
});

test('a till that knows nothing of it holds nothing; one that refuses is told as such', async () => {
  for (const [state, is] of [
    ['none', 'voided'],
    ['refused', 'voidRefused'],
  ] as const) {
    const counter = new Counter();
    const voided = counter.perform(giveBack);
    await counter.answer('void', state);
    assert.equal(await voided, { is });
  }
});

test('a transaction that is left while money goes back asks no more', async () => {
  const counter = new Counter();
  const voided = counter.perform(giveBack);
  await counter.answer('void', 'paid', 200);
  await settle();
  counter.stop.abort(new Error('over'));
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
