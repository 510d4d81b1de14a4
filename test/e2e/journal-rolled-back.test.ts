// timeout: 120 s
// An older copy of the whole journal looks sound by itself: the hub knows better, and nobody is served before it was heard.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildError, runChild } from '../../simulator/child.ts';
import { Shop } from '../../simulator/shop/shop.ts';

const test = suite<{ shop: Shop; copy: string }>('journal rolled back');

test.before(async context => {
  const shop = await Shop.open();
  const journal = join(shop.terminal.home, 'agent/journal');
  const copy = join(shop.dir, 'copy');
  await shop.isOpen();
  await shop.terminal.agent.stop();
  await cp(journal, copy, { recursive: true });
  await shop.restart();
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  await shop.terminal.agent.stop();
  await rm(journal, { recursive: true });
  await cp(copy, journal, { recursive: true });
  Object.assign(context, { shop, copy });
});
test.after(({ shop }) => shop.close());

const madoguchi = new URL('../../provisioning/madoguchi.ts', import.meta.url).pathname;

for (const nth of ['first', 'second'])
  test(`the ${nth} start after it: the hub is heard, the leg is named, and nobody was served`, async ({
    shop,
  }) => {
    const { agent, panelSocket } = shop.terminal;
    await agent.start();
    const shown: string[] = [];
    const stopped = Promise.withResolvers<string>();
    await shop.panel.reopen(panelSocket);
    const stop = shop.panel.onSeen(seen => {
      if (seen.is !== 'prompt') return;
      shown.push(seen.prompt.id);
      const leg = shop.panel.prompt?.legs?.find(({ code }) => code === 'journal/stopped');
      if (leg) stopped.resolve(leg.hint);
    });
    const leg = shop.panel.prompt?.legs?.find(({ code }) => code === 'journal/stopped');
    if (leg) stopped.resolve(leg.hint);
    assert.match(await stopped.promise, /journal\/(rolledBack|foreignAcknowledgement)/);
    stop();
    assert.not(shown.includes('insertCard'));
    assert.ok(shop.hub.ledger.alarms().some(({ code }) => code === 'ledger/fork'));
    const said = await runChild([process.execPath, madoguchi, 'status', '--panel', panelSocket]).catch(
      error => error,
    );
    assert.instance(said, ChildError);
    assert.match(said.message, /OUT OF SERVICE/);
    assert.match(said.message, /missing: journal\/stopped/);
    await agent.stop();
  });

test.run();
