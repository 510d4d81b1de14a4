// The counter: when it is open, and for whom.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import type { GateNews } from '../../../agent/counter/gate-connection.ts';
import type { HubStanding } from '../../../agent/link/hub-watch.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { goodDevices, goodHub, goodLedger, hubOffline } from '../readiness/all-ready.ts';
import { CounterRig } from './counter-rig.ts';

const never = () => new Promise<never>(() => undefined);
const withCard: DeviceStatus = { ...goodDevices, card: { online: true, present: true } };

test('open, one card, one certificate, open again', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilEnded('issued');
  await rig.untilShown('insertCard');
  assert.is(rig.transactions.length, 1);
  rig.putCard();
  await rig.until(() => rig.transactions.length === 2);
  await rig.untilShown('insertCard');
  assert.is.not(rig.transactions[0], rig.transactions[1]);
  await rig.close();
  assert.is(await rig.served, 'closed');
});

const faults: [code: string, fault: (rig: CounterRig) => void, mend: (rig: CounterRig) => void][] = [
  [
    'hub/offline',
    rig => {
      rig.hub = hubOffline;
    },
    rig => {
      rig.hub = goodHub;
    },
  ],
  [
    'journal/reserve',
    rig => {
      rig.ledger = { ...goodLedger, reserveReached: true };
    },
    rig => {
      rig.ledger = goodLedger;
    },
  ],
  [
    'journal/unconfirmed',
    rig => {
      rig.ledger = { ...goodLedger, standing: 'unconfirmed' };
    },
    rig => {
      rig.ledger = goodLedger;
    },
  ],
  [
    'journal/hubBehind',
    rig => {
      rig.ledger = { ...goodLedger, standing: 'hubBehind' };
    },
    rig => {
      rig.ledger = goodLedger;
    },
  ],
  [
    'pinpad/offline',
    rig => {
      rig.status = { ...goodDevices, pinpad: { online: false } };
    },
    rig => {
      rig.status = goodDevices;
    },
  ],
];

for (const [code, fault, mend] of faults)
  test(`${code}: shown before anybody is served; the counter opens by itself when it is back`, async () => {
    const rig = new CounterRig({}, fault);
    await rig.untilShown('outOfService');
    rig.putCard();
    await rig.settle();
    rig.takeCard();
    await rig.settle();
    assert.equal(rig.closed, [[code]]);
    assert.equal(
      rig.stage.asked.filter(name => name !== 'status'),
      [],
    );
    mend(rig);
    rig.counter.onChange();
    await rig.untilShown('insertCard');
    rig.putCard();
    await rig.untilEnded('issued');
    await rig.close();
  });

for (const [what, is, code] of [
  ['the hub does not answer', { is: 'silent', missing: [] }, 'hub/silent'],
  ['a service does not answer the hub', { is: 'there', missing: ['issuing'] }, 'hub/issuing'],
] as const)
  test(`a card that comes long after the hub's last answer: ${what} now, and no PIN is asked for`, async () => {
    const rig = new CounterRig();
    await rig.untilShown('insertCard');
    rig.hubAgeMs = 10_001;
    const answered = Promise.withResolvers<void>();
    rig.onRefresh = () => answered.promise;
    rig.putCard();
    await rig.untilShown('readingCard');
    assert.equal(rig.transactions, []);
    rig.hub = { ...goodHub, standing: is as HubStanding };
    answered.resolve();
    await rig.untilShown('outOfService');
    assert.equal([rig.closed, rig.transactions, rig.refreshes], [[[code]], [], 1]);
    assert.not(rig.stage.asked.includes('open'));
    rig.hub = goodHub;
    rig.hubAgeMs = 0;
    rig.counter.onChange();
    await rig.untilEnded('issued'); // the card is still there: its owner is served
    await rig.close();
  });

test('a hub that answers a card’s probe serves its owner, and one that answered just now is not asked again', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  rig.hubAgeMs = 10_000;
  rig.putCard();
  await rig.untilEnded('issued');
  assert.is(rig.refreshes, 0);
  await rig.untilShown('insertCard');
  rig.hubAgeMs = 10_001;
  rig.putCard();
  await rig.until(() => rig.transactions.length === 2);
  assert.is(rig.refreshes, 1);
  rig.counter.close();
});

test('a card that is taken while the hub is asked begins nothing', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  rig.hubAgeMs = 60_000;
  const answered = Promise.withResolvers<void>();
  rig.onRefresh = () => answered.promise;
  rig.putCard();
  await rig.untilShown('readingCard');
  rig.takeCard();
  answered.resolve();
  await rig.untilShown('insertCard');
  assert.equal(rig.transactions, []);
  await rig.close();
});

test('a condition that comes back without an event is seen at the next look', async () => {
  const rig = new CounterRig({}, own => {
    own.status = { ...goodDevices, native: false };
  });
  await rig.untilShown('outOfService');
  rig.status = goodDevices;
  await rig.stage.clock.skip();
  await rig.untilShown('insertCard');
  await rig.close();
});

test('a gate that does not answer is a missing condition, whether it refuses or stays silent until the deadline', async () => {
  const rig = new CounterRig({}, own => {
    own.status = async () => {
      throw new MadoguchiError('door/timeout', 'thrown by the test', 'nothing to do');
    };
  });
  await rig.untilShown('outOfService');
  assert.equal(rig.closed, [['gate/offline']]);
  rig.status = never;
  rig.counter.onChange();
  await rig.settle();
  rig.counter.onChange();
  rig.counter.onChange();
  await rig.settle();
  assert.is(rig.statusCalls, 2); // one look at a time
  rig.counter.close();
});

test('a card that was in the reader at the start is not served until it was taken out, whether the counter is open or closed', async () => {
  for (const open of [true, false]) {
    const rig = new CounterRig({}, own => {
      own.status = open ? withCard : { ...withCard, pinpad: { online: false } };
    });
    await rig.untilShown(open ? 'takeCard' : 'outOfService');
    rig.status = withCard;
    rig.counter.onChange();
    await rig.untilShown('takeCard');
    await rig.settle();
    assert.equal(rig.transactions, []);
    rig.takeCard();
    await rig.untilShown('insertCard');
    rig.putCard();
    await rig.untilEnded('issued');
    await rig.close();
  }
});

test('a card that was left in the reader is not served; the next one is, also if it was put in while the counter was closed', async () => {
  const rig = new CounterRig({
    gate: { readCard: () => Promise.reject(new MadoguchiError('card/foreign', '', '')) },
  });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilEnded('cardForeign');
  await rig.untilShown('takeCard');
  await rig.settle();
  assert.is(rig.transactions.length, 1);
  rig.hub = hubOffline;
  rig.counter.onChange();
  await rig.untilShown('outOfService');
  rig.takeCard();
  await rig.settle();
  rig.putCard();
  await rig.settle();
  rig.hub = goodHub;
  rig.counter.onChange();
  await rig.until(() => rig.transactions.length === 2);
  rig.counter.close();
});

test('a reader that was unplugged with a card in it has not been seen empty', async () => {
  const rig = new CounterRig({}, own => {
    own.status = withCard;
  });
  await rig.untilShown('takeCard');
  rig.status = { ...goodDevices, card: { online: false, present: false } };
  rig.counter.onChange();
  await rig.untilShown('outOfService');
  rig.status = withCard;
  rig.counter.onChange();
  await rig.untilShown('takeCard');
  await rig.settle();
  assert.equal(rig.transactions, []);
  await rig.close();
});

for (const back of [
  { is: 'open' },
  { is: 'event', event: { name: 'device', payload: { device: 'card', online: true } } },
] as GateNews[])
  test(`a card taken while ${back.is === 'open' ? 'the gate' : 'the reader'} was away is noticed when it is back`, async () => {
    const rig = new CounterRig({ gate: { verifyPin: never } });
    await rig.untilShown('insertCard');
    rig.putCard();
    await rig.untilAsked('verifyPin');
    rig.counter.onGate(back);
    await rig.settle();
    assert.equal(rig.stage.steps.at(-1), 'pin', 'the card is still there');
    rig.status = goodDevices;
    rig.counter.onGate(back);
    await rig.untilEnded('abandoned');
    await rig.close();
  });

test('a card put in and taken while somebody pays is no new resident', async () => {
  const rig = new CounterRig({ till: { begin: 'pending' } });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilAsked('till begin');
  rig.putCard();
  await rig.settle();
  rig.takeCard();
  await rig.settle();
  const [transaction] = rig.transactions;
  rig.stage.panel.receive({ type: 'payment', transaction: transaction!, state: 'paid', paidYen: 200 });
  await rig.untilEnded('issued');
  await rig.untilShown('insertCard');
  await rig.settle();
  assert.equal(rig.transactions, [transaction]);
  await rig.close();
});

test('the owner of a card that was put in while somebody pays is asked to take it', async () => {
  const rig = new CounterRig({ till: { begin: 'pending' } });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilAsked('till begin');
  rig.putCard();
  rig.stage.panel.receive({
    type: 'payment',
    transaction: rig.transactions[0]!,
    state: 'paid',
    paidYen: 200,
  });
  await rig.untilEnded('issued');
  await rig.untilShown('takeCard');
  await rig.settle();
  assert.is(rig.transactions.length, 1);
  await rig.close();
});

test('a card that is taken while the devices are asked begins nothing', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  const held = Promise.withResolvers<DeviceStatus>();
  rig.status = () => held.promise;
  rig.counter.onChange();
  await rig.settle();
  held.resolve(withCard);
  rig.status = goodDevices;
  rig.takeCard();
  await rig.settle();
  assert.equal(rig.transactions, []);
  await rig.close();
});

test('two looks at once begin one transaction', async () => {
  const rig = new CounterRig();
  await rig.untilShown('insertCard');
  rig.status = withCard;
  const looks = [rig.counter.look(), rig.counter.look()];
  rig.counter.onChange();
  await Promise.all(looks);
  await rig.settle();
  assert.is(rig.transactions.length, 1);
  rig.counter.close();
});

test('a cancel while the card is read ends the transaction, and the counter opens again', async () => {
  const rig = new CounterRig({ gate: { verifyPin: never } });
  await rig.untilShown('insertCard');
  rig.putCard();
  await rig.untilAsked('verifyPin');
  rig.stage.panel.receive({ type: 'cancel' });
  await rig.untilEnded('abandoned');
  rig.takeCard();
  await rig.untilShown('insertCard');
  await rig.close();
});

test.run();
