// What the counter reports, and an alarm that closes it for good.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GateDoor } from '../../../agent/commands/gate-door.ts';
import { shortNumber } from '../../../agent/transaction/short-number.ts';
import type { ResultOf } from '../../../drivers/door/types.ts';
import { goodDevices, goodHub, goodLedger, hubOffline } from '../readiness/all-ready.ts';
import { MemoryJournal } from '../transaction/memory-journal.ts';
import { CounterRig } from './counter-rig.ts';

const never = () => new Promise<never>(() => undefined);

test('an alarm of hub or journal closes the counter after the resident who is served, and it stays closed', async () => {
  const rig = new CounterRig({ till: { begin: 'pending' } });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilAsked('till begin');
  rig.ledger = { ...goodLedger, stopped: 'journal/rolledBack' };
  rig.counter.onChange();
  await rig.settle();
  const [transaction] = rig.transactions;
  rig.stage.panel.receive({ type: 'payment', transaction: transaction!, state: 'paid', paidYen: 200 });
  await rig.untilEnded('issued');
  await rig.untilShown('outOfService');
  assert.is(await rig.served, 'closed'); // it serves nobody any more: whoever runs it decides what comes
  rig.putCard();
  await rig.settle();
  assert.equal(rig.closed, [['journal/stopped']]);
  assert.match(rig.counter.status.conditions[0]?.hint ?? '', /journal\/rolledBack/);
  assert.equal(rig.transactions, [transaction]);
  await rig.close();
});

test('the status is that of the last look: no device is asked for it', async () => {
  const rig = new CounterRig({ gate: { verifyPin: never } }, own => {
    own.hub = hubOffline;
  });
  assert.is(rig.counter.status.state, 'outOfService', 'nothing was looked at yet');
  await rig.untilShown('outOfService');
  const calls = rig.statusCalls;
  const closed = rig.counter.status;
  assert.is(closed.state, 'outOfService');
  assert.equal(
    closed.conditions.map(({ code }) => code),
    ['hub/offline'],
  );
  assert.equal(closed.devices, goodDevices);
  assert.is(rig.statusCalls, calls);
  rig.hub = goodHub;
  rig.counter.onChange();
  await rig.untilShown('insertCard');
  assert.equal([rig.counter.status.state, rig.counter.status.conditions], ['open', []]);
  rig.putCard();
  await rig.untilAsked('verifyPin');
  assert.equal(rig.counter.status.serving, { transaction: rig.transactions[0]!, at: 'pin' });
  await rig.close();
});

test('the status lists earlier claims, and, while a print waits for staff, what they must do', async () => {
  const printing = Promise.withResolvers<ResultOf<GateDoor, 'print'>>();
  const rig = new CounterRig({
    gate: {
      print: (_, { onEvent } = { timeoutMs: 0 }) => {
        onEvent?.({ name: 'printing', payload: { impressions: 0, reasons: ['media-jam'] } });
        return printing.promise;
      },
    },
  });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilShown('printerNeedsStaff');
  const { state, conditions } = rig.counter.status;
  assert.equal([state, conditions[0]?.code], ['serving', 'page/jam']);
  const stopped = { jobState: 'aborted', jobReasons: [], impressions: 0, expected: 1 } as const;
  printing.resolve({ outcome: { ...stopped, result: 'unknown' }, evidence: Buffer.alloc(64) });
  await rig.untilEnded('unknown');
  await rig.untilShown('insertCard');
  assert.equal(rig.counter.status.claims, [
    {
      ...{ transaction: rig.transactions[0]!, number: shortNumber(rig.transactions[0]!) },
      ...{ outcome: 'unknown', code: 'print/unknown', owedYen: 0 },
    },
  ]);
  await rig.close();
  const journal = new MemoryJournal(rig.stage.journal.entries);
  const again = new CounterRig({ journal });
  assert.equal(again.counter.status.claims, rig.counter.status.claims, 'after a restart, too');
  await again.close();
});

test.run();
