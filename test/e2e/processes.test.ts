// timeout: 180 s
// Processes that die: noticed, told, started again; money, paper and ledger agree all the same.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goodHabits, type Habit } from '../../simulator/customer/customer.ts';
import { openFrontPanel } from '../../simulator/customer/front-panel.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { Shop } from './shop.ts';

const test = suite<{ shop: Shop }>('processes');

test.before(async context => {
  context.shop = await Shop.open();
});
test.after(({ shop }) => shop.close());

/** Does `act` when the screen shows `id`, and nothing else there. */
const at =
  (id: string, act: () => void): Habit =>
  seen => {
    if (seen.is !== 'prompt' || seen.prompt.id !== id) return false;
    act();
    return true;
  };

for (const name of ['native', 'gate'] as const)
  test(`${name} killed while nobody is there: out of service with the leg named, then open again by itself`, async ({
    shop,
  }) => {
    await shop.isOpen();
    const closed = untilShown(shop.panel, 'outOfService', 10_000);
    const pid = shop.terminal.agent.pid(name);
    await shop.terminal.agent.kill(name);
    await closed;
    assert.ok(shop.panel.prompt?.legs?.some(({ leg }) => leg === 'gate'));
    await shop.isOpen();
    assert.is.not(shop.terminal.agent.pid(name), pid);
    assert.is(await shop.visit({ resident: 'm101' }), 'issued');
    assert.is((await shop.ended()).outcome, 'issued');
  });

for (const name of ['native', 'gate'] as const)
  test(`${name} killed while the PIN is asked for: nothing issued, nothing paid, and the next resident is served`, async ({
    shop,
  }) => {
    const { pagePrinter } = shop.terminal.devices;
    const jobs = pagePrinter.jobs.length;
    const kept = shop.panel.till.keptYen;
    const kill = at('enterPin', () => void shop.terminal.agent.kill(name));
    assert.is(await shop.visit({ resident: 'm102', habits: [kill, ...goodHabits] }), 'refused');
    const row = await shop.ended();
    assert.equal([row.outcome, row.keptYen, row.owedYen], ['refused', 0, 0]);
    assert.equal([pagePrinter.jobs.length, shop.panel.till.keptYen], [jobs, kept]);
    assert.is(await shop.visit({ resident: 'm101' }), 'issued');
    await shop.ended();
  });

test('the agent killed while the fee is due: after its return the money is given back, and the ledger says so', async ({
  shop,
}) => {
  const kept = shop.panel.till.keptYen;
  const { reader } = shop.terminal.devices;
  await shop.isOpen();
  const card = await shop.card('m101');
  const { pin } = { pin: '4711' };
  const paying = shop.reached('pay');
  const half: Habit = seen => seen.is === 'prompt' && seen.prompt.id === 'pay' && shop.panel.till.insert(100);
  const { visit } = await import('../../simulator/customer/customer.ts');
  const { asProposed } = await import('../../simulator/customer/wish.ts');
  const visiting = visit(shop.panel, shop.hands(card), {
    pin,
    wish: asProposed('juminhyo'),
    habits: [half, ...goodHabits.filter((_, nth) => nth !== 2)],
  });
  await paying;
  await shop.terminal.agent.kill('agent');
  assert.is(await visiting, 'closed');
  assert.not(reader.card, 'the resident has the card');
  await shop.terminal.agent.start();
  const till = shop.panel.till;
  shop.panel = await openFrontPanel(shop.terminal.panelSocket, till);
  const row = await shop.ended();
  assert.equal([row.outcome, row.code, row.keptYen], ['abandoned', 'pay/restarted', 0]);
  assert.is(till.keptYen, kept);
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
});

test('the agent killed while paper comes out: printed once, and issued in the ledger after its return', async ({
  shop,
}) => {
  const { pagePrinter } = shop.terminal.devices;
  const before = { jobs: pagePrinter.jobs.length, impressions: pagePrinter.impressions };
  const printing = shop.logged(({ msg, fields }) => msg === 'step' && fields.event === 'jobCreated');
  const visiting = shop.visit({ resident: 'm101' });
  await printing;
  await shop.terminal.agent.kill('agent');
  assert.is(await visiting, 'closed');
  await shop.terminal.agent.start();
  shop.panel = await openFrontPanel(shop.terminal.panelSocket, shop.panel.till);
  const row = await shop.ended();
  assert.ok(['issued', 'unknown'].includes(row.outcome ?? ''), `${row.outcome}`);
  assert.is(pagePrinter.jobs.length - before.jobs, 1);
  assert.ok(pagePrinter.impressions - before.impressions <= 1);
  await shop.isOpen();
});

test.run();
