// timeout: 90 s
// waits
// Processes that die or come twice while nobody is there: told, and put right by themselves. (While somebody is: kills-*.)
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildError, runChild } from '../../simulator/child.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { refusalOf } from '../refusal.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop }>('processes');

test.before(async context => {
  context.shop = await Shop.open({ stock });
});
test.after(({ shop }) => shop.close());

for (const name of ['native', 'gate'] as const)
  test(`${name} killed while nobody is there: out of service with the condition named, then open again by itself`, async ({
    shop,
  }) => {
    await shop.isOpen();
    const closed = untilShown(shop.panel, 'outOfService');
    const pid = shop.terminal.agent.pid(name);
    await shop.terminal.agent.kill(name);
    await closed;
    assert.ok(shop.panel.prompt?.conditions?.some(({ part }) => part === 'gate'));
    await shop.isOpen();
    assert.is.not(shop.terminal.agent.pid(name), pid);
    assert.is(await shop.visit({ resident: 'm101' }), 'issued');
    assert.is((await shop.ended()).outcome, 'issued');
  });

test('a second agent on the same folder ends with the reason, and the first one serves on', async ({
  shop,
}) => {
  await shop.isOpen();
  const { panelSocket, home } = shop.terminal;
  const main = new URL('../../agent/main.ts', import.meta.url).pathname;
  const doors = ['--panel', panelSocket, '--gate', `${home}/no-gate.sock`];
  const second = runChild([process.execPath, main, '--home', `${home}/agent`, ...doors]);
  assert.match((await refusalOf(second, ChildError)).message, 'ended with 1: journal/inUse: ');
  assert.is(shop.panel.prompt?.id, 'insertCard');
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
});

test.run();
