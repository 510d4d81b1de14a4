// timeout: 90 s
// waits
// Processes that die or come twice while nobody is there: reported, and mended without a person. (While somebody is: kills-*.)
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChild } from '../../simulator/child.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
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

test('a second agent on the same folder says so and waits; the first one serves on', async ({ shop }) => {
  await shop.isOpen();
  const { panelSocket, home } = shop.terminal;
  const main = new URL('../../agent/main.ts', import.meta.url).pathname;
  const doors = ['--panel', panelSocket, '--gate', `${home}/no-gate.sock`];
  const { promise: waits, resolve } = Promise.withResolvers<string>();
  const second = startChild([process.execPath, main, '--home', `${home}/agent`, ...doors], resolve);
  assert.match(await waits, /journal\/taken.*"agent cannot begin"/);
  assert.is(shop.panel.prompt?.id, 'insertCard');
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  assert.ok(shop.hub.present().length > 0);
  await second.stop();
  assert.is((await second.ended).code, 0);
});

test('a lock file that is removed stops the visit under way; the same process opens the journal again, and serves', async ({
  shop,
}) => {
  await shop.isOpen();
  const { panelSocket, home, agent } = shop.terminal;
  const pid = agent.pid('agent');
  const reported = shop.logged(
    ({ msg, fields }) => msg === 'agent cannot begin' && String(fields.hint).includes('journal/lockLost'),
  );
  const again = shop.logged(({ msg }) => msg === 'agent serves');
  rmSync(join(home, 'agent/journal/lock'));
  const hands = shop.hands(await shop.card('m101'));
  await hands.putCardIn();
  await reported;
  hands.takeCard();
  await again;
  await shop.panel.reopen(panelSocket);
  await shop.isOpen();
  assert.is(agent.pid('agent'), pid);
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
});

test.run();
