// What the counter tells of itself, and an alarm that closes it for good.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GateCommands } from '../../../drivers/contract/commands.ts';
import { goodDevices } from '../readiness/all-ready.ts';
import { CounterBench } from './counter-rig.ts';

const never = () => new Promise<never>(() => undefined);

test('an alarm of hub or journal closes the window after the resident who is served, and it stays closed', async () => {
  const bench = new CounterBench({ till: { begin: 'pending' } });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilAsked('till begin');
  bench.journalStopped = 'journal/rolledBack';
  bench.counter.onChange();
  await bench.settle();
  const [transaction] = bench.transactions;
  bench.stage.panel.receive({ type: 'payment', transaction: transaction!, state: 'paid', paidYen: 200 });
  await bench.untilEnded('issued');
  await bench.untilShown('outOfService');
  assert.is(await bench.served, 'closed'); // it serves nobody any more: whoever runs it decides what comes
  bench.putCard();
  await bench.settle();
  assert.equal(bench.closed, [['journal/stopped']]);
  assert.match(bench.counter.status.legs[0]?.hint ?? '', /journal\/rolledBack/);
  assert.equal(bench.transactions, [transaction]);
  await bench.close();
});

test('whoever asks for the status is told what was seen last, and makes no device work', async () => {
  const bench = new CounterBench({ gate: { verifyPin: never } }, own => {
    own.hubOnline = false;
  });
  assert.is(bench.counter.status.state, 'outOfService', 'nothing was looked at yet');
  await bench.untilShown('outOfService');
  const calls = bench.statusCalls;
  const closed = bench.counter.status;
  assert.is(closed.state, 'outOfService');
  assert.equal(
    closed.legs.map(({ code }) => code),
    ['hub/offline'],
  );
  assert.equal(closed.devices, goodDevices);
  assert.is(bench.statusCalls, calls);
  bench.hubOnline = true;
  bench.counter.onChange();
  await bench.untilShown('insertCard');
  assert.equal([bench.counter.status.state, bench.counter.status.legs], ['open', []]);
  bench.putCard();
  await bench.untilAsked('verifyPin');
  assert.equal(bench.counter.status.serving, { transaction: bench.transactions[0]!, at: 'pin' });
  await bench.close();
});

test('the status names the claims of before, and while a print waits for staff what they must do', async () => {
  const printing = Promise.withResolvers<GateCommands['print'][1]>();
  const bench = new CounterBench({
    gate: {
      print: (_, { onEvent } = { timeoutMs: 0 }) => {
        onEvent?.({ name: 'printing', payload: { impressions: 0, reasons: ['media-jam'] } });
        return printing.promise;
      },
    },
  });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilShown('printerNeedsStaff');
  const { state, legs } = bench.counter.status;
  assert.equal([state, legs[0]?.code], ['serving', 'page/jam']);
  const stopped = { jobState: 'aborted', jobReasons: [], impressions: 0, expected: 1 } as const;
  printing.resolve({ outcome: { ...stopped, result: 'unknown' }, evidence: Buffer.alloc(64) });
  await bench.untilEnded('unknown');
  await bench.untilShown('insertCard');
  assert.equal(bench.counter.status.claims, [
    { transaction: bench.transactions[0]!, outcome: 'unknown', code: 'print/unknown' },
  ]);
  await bench.close();
});

test.run();
