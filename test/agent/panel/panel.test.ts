// What the agent sends to a panel and receives from it, without the socket.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FromPanel, ToPanel } from '../../../agent/panel/messages.ts';
import { Panel, type PanelConnection, type PanelEvent } from '../../../agent/panel/panel.ts';
import { ManualClock } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';

const transaction = '0123456789abcdef0123456789abcdef';
const question = { kind: 'confirm', lines: [], feeYen: 200 } as const;
const readNumber = (value: unknown): number => {
  if (typeof value === 'number') return value;
  throw new Error('A number is wanted.');
};

function setUp() {
  const clock = new ManualClock();
  const panel = new Panel(clock);
  const sent: ToPanel[] = [];
  const events: PanelEvent['is'][] = [];
  const connection: PanelConnection = { send: message => sent.push(message) };
  panel.connect(connection);
  panel.onEvent(({ is }) => events.push(is));
  const stop = new AbortController();
  return { clock, panel, sent, events, connection, stop };
}

const news = (more: object): Extract<FromPanel, { type: 'payment' }> => ({
  type: 'payment',
  transaction,
  state: 'pending',
  paidYen: 0,
  ...more,
});

test('a wrong answer is answered by an error, and the question stays open until a right one comes', async () => {
  const { panel, sent, stop } = setUp();
  const answer = panel.ask(question, 1000, readNumber, stop.signal);
  assert.is(panel.receive({ type: 'answer', ask: 1, value: 'seven' }), 'A number is wanted.');
  assert.equal(sent, [{ type: 'ask', ask: 1, timeoutMs: 1000, question }]);
  assert.is(panel.receive({ type: 'answer', ask: 1, value: 7 }), undefined);
  assert.is(await answer, 7);
  assert.equal(sent.at(-1), { type: 'askEnd', ask: 1 });
  assert.match(panel.receive({ type: 'answer', ask: 1, value: 7 }) ?? '', /not open/);
});

test('cancel ends the open question, and is reported to listeners; without a question too', async () => {
  const { panel, sent, events, stop } = setUp();
  const answer = panel.ask(question, 1000, readNumber, stop.signal);
  panel.receive({ type: 'cancel' });
  assert.is(await codeOf(answer), 'panel/declined');
  assert.equal(sent.at(-1), { type: 'askEnd', ask: 1 });
  panel.receive({ type: 'cancel' });
  assert.equal(events, ['canceled', 'canceled']);
});

test('a cancelled question is closed on the screen too, and is not sent to a panel that connects later', async () => {
  const { panel, sent, stop } = setUp();
  const answer = panel.ask(question, 1000, readNumber, stop.signal);
  stop.abort(new Error('over'));
  assert.match(String(await codeOf(answer)), /over/);
  assert.equal(sent.at(-1), { type: 'askEnd', ask: 1 });
  const again: ToPanel[] = [];
  panel.connect({ send: message => again.push(message) });
  assert.equal(again, []);
});

test('a question of a stage that is over is never asked', async () => {
  const { panel, sent, stop } = setUp();
  stop.abort(new Error('over'));
  assert.match(String(await codeOf(panel.ask(question, 1000, readNumber, stop.signal))), /over/);
  assert.equal(sent, []);
});

test('a request to the till is answered by its number; news without a number is reported to listeners', async () => {
  const { panel, sent, events } = setUp();
  const first = panel.pay('begin', transaction, 200, 1000);
  const second = panel.pay('status', transaction, 200, 1000);
  assert.equal(
    sent.map(message => message.type === 'payment' && [message.request, message.operation]),
    [
      [1, 'begin'],
      [2, 'status'],
    ],
  );
  panel.receive(news({ request: 2, state: 'paid', paidYen: 200 }));
  panel.receive(news({ request: 1 }));
  assert.equal([(await first).state, (await second).state], ['pending', 'paid']);
  assert.is(panel.receive(news({})), undefined);
  assert.equal(events, ['payment', 'payment', 'payment']);
});

test('an answer about another transaction answers nothing', async () => {
  const { panel, clock } = setUp();
  const paid = panel.pay('begin', transaction, 200, 1000);
  const complaint = panel.receive(
    news({ request: 1, transaction: 'f'.repeat(32), state: 'paid', paidYen: 200 }),
  );
  assert.match(complaint ?? '', /another transaction/);
  clock.advance(1000);
  assert.is(await codeOf(paid), 'panel/timeout');
});

test('a till that does not answer in time: panel/timeout; its late answer is only news', async () => {
  const { panel, clock, events } = setUp();
  const paid = panel.pay('capture', transaction, 200, 1000);
  clock.advance(1000);
  assert.is(await codeOf(paid), 'panel/timeout');
  assert.is(panel.receive(news({ request: 1, state: 'captured', paidYen: 200 })), undefined);
  assert.equal(events, ['payment']);
});

test('with no panel a request fails at once; with the panel that got it gone, it does not wait either', async () => {
  const { panel, connection } = setUp();
  const left = panel.pay('begin', transaction, 200, 1000);
  panel.disconnect(connection);
  assert.is(await codeOf(left), 'panel/offline');
  assert.is(await codeOf(panel.pay('begin', transaction, 200, 1000)), 'panel/offline');
  panel.connect(connection);
  const replaced = panel.pay('begin', transaction, 200, 1000);
  panel.connect({ send: () => undefined });
  assert.is(await codeOf(replaced), 'panel/offline');
});

test('a replaced panel that disconnects does not disconnect its successor', () => {
  const { panel, connection, events } = setUp();
  panel.connect({ send: () => undefined });
  panel.disconnect(connection);
  assert.ok(panel.connected);
  assert.equal(events, ['connected']);
});

test.run();
