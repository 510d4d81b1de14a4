// timeout: 320 s
// waits
// What people, and the network, do to a terminal, at each moment: nothing hangs, and money, paper and ledger agree.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Books, reconcile } from '../../simulator/shop/reconcile.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { MomentShop } from './moments.ts';

const test = suite<{ stage: MomentShop }>('people');

test.before(async context => {
  context.stage = await MomentShop.open();
});
test.after(({ stage }) => stage.close());

for (const moment of ['card', 'pin', 'authenticate', 'choose', 'confirm', 'order'] as const)
  test(`card torn out at ${moment}: nothing issued, nothing kept`, async ({ stage }) => {
    const { reader } = stage.shop.terminal.devices;
    const { last, row } = await stage.at(moment, async () => reader.remove());
    assert.ok(['refused', 'abandoned'].includes(last), last);
    assert.equal([row.keptYen, row.owedYen, row.paper], [0, 0, null]);
  });

for (const moment of ['pin', 'choose', 'cardReturned', 'pay', 'printing'] as const)
  test(`screen and till gone at ${moment}, and back: the resident goes on and gets the paper`, async ({
    stage,
  }) => {
    const { panel, terminal } = stage.shop;
    const away = () => panel.reopen(terminal.panelSocket);
    const { last, row } = await stage.at(moment, away, { waitsInTheDark: true });
    assert.equal([last, row.outcome, row.keptYen], ['issued', 'issued', 200]);
  });

for (const moment of ['authenticate', 'capture'] as const)
  test(`screen and till gone at ${moment} for an instant: it comes to an end that all agree on`, async ({
    stage,
  }) => {
    const { panel, terminal } = stage.shop;
    const away = () => panel.reopen(terminal.panelSocket);
    const { last, row } = await stage.at(moment, away, { waitsInTheDark: true });
    assert.ok(row.outcome === 'issued' ? last === 'issued' : row.keptYen === 0, `${last} ${row.code}`);
    assert.equal(reconcile(stage.shop), []);
  });

test('a second card put in while the first resident pays serves nobody before it was taken and put in again', async ({
  stage,
}) => {
  const { reader } = stage.shop.terminal.devices;
  const second = await stage.shop.card('s501');
  const { last, row } = await stage.at('pay', () => reader.insert(second));
  assert.equal([last, row.outcome], ['issued', 'issued']);
  assert.is(stage.shop.hub.ledger.transactions().filter(({ outcome }) => outcome === null).length, 0);
});

test('cancel with half of the fee in: it comes back, and the till takes no more', async ({ stage }) => {
  const { panel } = stage.shop;
  const { last, row } = await stage.at('pay', async () => {
    panel.cancel();
    await untilShown(panel, 'abandoned');
  });
  assert.equal([last, row.outcome, row.code, row.keptYen], ['abandoned', 'abandoned', 'pay/declined', 0]);
  assert.not(panel.till.insert(100));
});

for (const moment of ['pin', 'pay', 'printing'] as const)
  test(`the agent told to stop at ${moment}: its next start brings the transaction to an end`, async ({
    stage,
  }) => {
    const { agent } = stage.shop.terminal;
    const { row } = await stage.at(moment, () => agent.stop(), { after: () => stage.shop.restart() });
    assert.ok(row.outcome);
    assert.equal(reconcile(stage.shop), []);
  });

for (const [moment, outcome, keptYen] of [
  ['choose', 'refused', 0],
  ['pay', 'issued', 200],
] as const)
  test(`the link cut at ${moment}, and back when the resident has left: ${outcome}, and the ledger gets its record`, async ({
    stage,
  }) => {
    const { broker } = stage.shop.hub;
    const { last, row } = await stage.at(moment, broker.stop, { after: broker.start });
    assert.equal([last, row.outcome, row.keptYen], [outcome, outcome, keptYen]);
    assert.equal(reconcile(stage.shop), []);
  });

test('the link cut while nobody is there: out of service with the condition named, then open again by itself', async ({
  stage: { shop },
}) => {
  await shop.isOpen();
  const closed = untilShown(shop.panel, 'outOfService');
  await shop.hub.broker.stop();
  await closed;
  assert.equal(
    shop.panel.prompt?.conditions?.map(({ code }) => code),
    ['hub/offline'],
  );
  await shop.hub.broker.start();
  await shop.isOpen();
});

test('after all that the next resident is served, and the books agree', ({ stage }) => stage.servesNext());

test('books that do not agree are noticed: a coin, a sheet, a second print, an open transaction, a fee without paper', ({
  stage: { shop },
}) => {
  const { hub, terminal, panel } = shop;
  const { pagePrinter, receiptPrinter } = terminal.devices;
  const { jobs, impressions } = pagePrinter;
  const rows = hub.ledger.transactions();
  const issued = rows.findIndex(({ outcome }) => outcome === 'issued');
  const withRow = (change: object) => ({
    hub: {
      ledger: {
        transactions: () => rows.map((row, nth) => (nth === issued ? { ...row, ...change } : row)),
        alarms: () => [],
      },
    },
  });
  const withPrinter = (change: object) => ({
    terminal: { devices: { receiptPrinter, pagePrinter: { jobs, impressions, ...change } } },
  });
  const faults = {
    coin: {
      panel: { till: { keptYen: panel.till.keptYen + 100, holds: panel.till.holds.bind(panel.till) } },
    },
    sheet: withPrinter({ impressions: impressions + 1 }),
    print: withPrinter({ jobs: [...jobs, jobs.find(({ name }) => name === rows[issued]!.transaction)] }),
    open: withRow({ outcome: null }),
    fee: withRow({ outcome: 'refused' }),
    less: withRow({ keptYen: 0 }),
  };
  assert.equal(reconcile(shop), []);
  for (const [fault, change] of Object.entries(faults))
    assert.not.equal(
      reconcile({ hub, terminal, panel, slipsLost: new Set(), ...change } as Books),
      [],
      fault,
    );
});

test.run();
