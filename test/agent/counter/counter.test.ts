// The counter window: when it is open, and for whom.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GateNews } from '../../../agent/counter/gate-connection.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import type { DeviceStatus } from '../../../drivers/contract/commands.ts';
import { goodDevices } from '../readiness/all-ready.ts';
import { CounterBench } from './counter-rig.ts';

const never = () => new Promise<never>(() => undefined);
const withCard: DeviceStatus = { ...goodDevices, card: { online: true, present: true } };

test('open, one card, one certificate, open again', async () => {
  const bench = new CounterBench();
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilEnded('issued');
  await bench.untilShown('insertCard');
  assert.is(bench.transactions.length, 1);
  bench.putCard();
  await bench.until(() => bench.transactions.length === 2);
  await bench.untilShown('insertCard');
  assert.is.not(bench.transactions[0], bench.transactions[1]);
  await bench.close();
  assert.is(await bench.served, 'closed');
});

const faults: [code: string, fault: (bench: CounterBench) => void, mend: (bench: CounterBench) => void][] = [
  [
    'hub/offline',
    bench => {
      bench.hubOnline = false;
    },
    bench => {
      bench.hubOnline = true;
    },
  ],
  [
    'journal/reserve',
    bench => {
      bench.journalFull = async () => true;
    },
    bench => {
      bench.journalFull = async () => false;
    },
  ],
  [
    'journal/unconfirmed',
    bench => {
      bench.standing = 'unconfirmed';
    },
    bench => {
      bench.standing = 'agreed';
    },
  ],
  [
    'journal/hubBehind',
    bench => {
      bench.standing = 'hubBehind';
    },
    bench => {
      bench.standing = 'agreed';
    },
  ],
  [
    'pinpad/offline',
    bench => {
      bench.status = { ...goodDevices, pinpad: { online: false } };
    },
    bench => {
      bench.status = goodDevices;
    },
  ],
];

for (const [code, fault, mend] of faults)
  test(`${code}: said before anybody is served, and open by itself when it is back`, async () => {
    const bench = new CounterBench({}, fault);
    await bench.untilShown('outOfService');
    bench.putCard();
    await bench.settle();
    bench.takeCard();
    await bench.settle();
    assert.equal(bench.closed, [[code]]);
    assert.equal(
      bench.stage.asked.filter(name => name !== 'status'),
      [],
    );
    mend(bench);
    bench.counter.onChange();
    await bench.untilShown('insertCard');
    bench.putCard();
    await bench.untilEnded('issued');
    await bench.close();
  });

test('a leg that comes back without a word is seen at the next look', async () => {
  const bench = new CounterBench({}, own => {
    own.status = { ...goodDevices, native: false };
  });
  await bench.untilShown('outOfService');
  bench.status = goodDevices;
  await bench.stage.clock.skip();
  await bench.untilShown('insertCard');
  await bench.close();
});

test('a gate that does not answer is a missing leg: refused, or not answered until its time was over', async () => {
  const bench = new CounterBench({}, own => {
    own.status = async () => {
      throw new MadoguchiError('door/timeout', 'told by the test', 'nothing to do');
    };
  });
  await bench.untilShown('outOfService');
  assert.equal(bench.closed, [['gate/offline']]);
  bench.status = never;
  bench.counter.onChange();
  await bench.settle();
  bench.counter.onChange();
  bench.counter.onChange();
  await bench.settle();
  assert.is(bench.statusCalls, 2); // one look at a time
  bench.counter.close();
});

test('a card that was there at boot serves nobody until it has left, open or closed', async () => {
  for (const open of [true, false]) {
    const bench = new CounterBench({}, own => {
      own.status = open ? withCard : { ...withCard, pinpad: { online: false } };
    });
    await bench.untilShown(open ? 'takeCard' : 'outOfService');
    bench.status = withCard;
    bench.counter.onChange();
    await bench.untilShown('takeCard');
    await bench.settle();
    assert.equal(bench.transactions, []);
    bench.takeCard();
    await bench.untilShown('insertCard');
    bench.putCard();
    await bench.untilEnded('issued');
    await bench.close();
  }
});

test('a card that was left in the reader serves nobody; the next one does, though it was changed while closed', async () => {
  const bench = new CounterBench({
    gate: { readCard: () => Promise.reject(new MadoguchiError('card/foreign', '', '')) },
  });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilEnded('cardForeign');
  await bench.untilShown('takeCard');
  await bench.settle();
  assert.is(bench.transactions.length, 1);
  bench.hubOnline = false;
  bench.counter.onChange();
  await bench.untilShown('outOfService');
  bench.takeCard();
  await bench.settle();
  bench.putCard();
  await bench.settle();
  bench.hubOnline = true;
  bench.counter.onChange();
  await bench.until(() => bench.transactions.length === 2);
  bench.counter.close();
});

test('a reader that was unplugged with a card in it has not been seen empty', async () => {
  const bench = new CounterBench({}, own => {
    own.status = withCard;
  });
  await bench.untilShown('takeCard');
  bench.status = { ...goodDevices, card: { online: false, present: false } };
  bench.counter.onChange();
  await bench.untilShown('outOfService');
  bench.status = withCard;
  bench.counter.onChange();
  await bench.untilShown('takeCard');
  await bench.settle();
  assert.equal(bench.transactions, []);
  await bench.close();
});

for (const back of [
  { is: 'open' },
  { is: 'event', event: { name: 'device', payload: { device: 'card', online: true } } },
] as GateNews[])
  test(`a card taken while ${back.is === 'open' ? 'the gate' : 'the reader'} was away is noticed when it is back`, async () => {
    const bench = new CounterBench({ gate: { verifyPin: never } });
    await bench.untilShown('insertCard');
    bench.putCard();
    await bench.untilAsked('verifyPin');
    bench.counter.onGate(back);
    await bench.settle();
    assert.equal(bench.stage.steps.at(-1), 'pin', 'the card is still there');
    bench.status = goodDevices;
    bench.counter.onGate(back);
    await bench.untilEnded('abandoned');
    await bench.close();
  });

test('a card put in and taken while somebody pays is no new resident', async () => {
  const bench = new CounterBench({ till: { begin: 'pending' } });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilAsked('till begin');
  bench.putCard();
  await bench.settle();
  bench.takeCard();
  await bench.settle();
  const [transaction] = bench.transactions;
  bench.stage.panel.receive({ type: 'payment', transaction: transaction!, state: 'paid', paidYen: 200 });
  await bench.untilEnded('issued');
  await bench.untilShown('insertCard');
  await bench.settle();
  assert.equal(bench.transactions, [transaction]);
  await bench.close();
});

test('a card put in while somebody pays, and left, is asked to be taken', async () => {
  const bench = new CounterBench({ till: { begin: 'pending' } });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilAsked('till begin');
  bench.putCard();
  bench.stage.panel.receive({
    type: 'payment',
    transaction: bench.transactions[0]!,
    state: 'paid',
    paidYen: 200,
  });
  await bench.untilEnded('issued');
  await bench.untilShown('takeCard');
  await bench.settle();
  assert.is(bench.transactions.length, 1);
  await bench.close();
});

test('a card that leaves while the devices are asked begins nothing', async () => {
  const bench = new CounterBench();
  await bench.untilShown('insertCard');
  const held = Promise.withResolvers<DeviceStatus>();
  bench.status = () => held.promise;
  bench.counter.onChange();
  await bench.settle();
  held.resolve(withCard);
  bench.status = goodDevices;
  bench.takeCard();
  await bench.settle();
  assert.equal(bench.transactions, []);
  await bench.close();
});

test('two looks at once begin one transaction', async () => {
  const bench = new CounterBench();
  await bench.untilShown('insertCard');
  bench.status = withCard;
  const looks = [bench.counter.look(), bench.counter.look()];
  bench.counter.onChange();
  await Promise.all(looks);
  await bench.settle();
  assert.is(bench.transactions.length, 1);
  bench.counter.close();
});

test('cancel before the card was read to its end ends the transaction, and the counter opens again', async () => {
  const bench = new CounterBench({ gate: { verifyPin: never } });
  await bench.untilShown('insertCard');
  bench.putCard();
  await bench.untilAsked('verifyPin');
  bench.stage.panel.receive({ type: 'cancel' });
  await bench.untilEnded('abandoned');
  bench.takeCard();
  await bench.untilShown('insertCard');
  await bench.close();
});

test.run();
