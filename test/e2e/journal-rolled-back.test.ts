// timeout: 120 s
// waits
// An older copy of the whole journal looks sound by itself: the hub knows better, and nobody is served before its acknowledgement came.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildError, runChild } from '../../simulator/child.ts';
import { program } from '../../simulator/programs.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop; copy: string }>('journal rolled back');

test.before(async context => {
  const shop = await Shop.open({ stock });
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
test.after.each(({ shop }) => shop.terminal.agent.stop());
test.after(({ shop }) => shop.close());

/** The conditions that the screen names, once `code` is among them. Errors: a card was asked for before. */
function closedFor({ panel }: Shop, code: string): Promise<string[]> {
  const named = Promise.withResolvers<string[]>();
  const look = () => {
    const conditions = panel.prompt?.conditions?.map(condition => condition.code) ?? [];
    if (conditions.includes(code)) named.resolve(conditions);
  };
  const stop = panel.onSeen(seen => {
    look();
    if (seen.is === 'prompt' && seen.prompt.id === 'insertCard')
      named.reject(new Error(`a card was asked for before ${code}`));
  });
  look(); // it may be there already
  return named.promise.finally(stop);
}

const foreign = /journal\/(rolledBack|foreignAcknowledgement)/;
const madoguchi = program('provisioning/madoguchi');

/** It serves nobody any more, and says so to whoever asks. */
async function isOutOfService({ log, terminal }: Shop, since: number): Promise<void> {
  while (!log.slice(since).some(({ msg }) => msg === 'agent serves nobody')) await sleep(20);
  const said = await runChild([process.execPath, madoguchi, 'status', '--panel', terminal.panelSocket]).catch(
    error => error,
  );
  assert.instance(said, ChildError);
  assert.match(said.message, /OUT OF SERVICE/);
  assert.match(said.message, /missing: journal\/stopped/);
}

test('the hub’s acknowledgement comes first, the condition is named, and nobody was served', async ({
  shop,
}) => {
  const { agent, panelSocket } = shop.terminal;
  const { acknowledgement } = shop.hub.behaviours;
  const word = Promise.withResolvers<void>();
  acknowledgement.unshift(async () => {
    await word.promise; // then as it would be
    return undefined;
  });
  const since = shop.log.length;
  await agent.start();
  await shop.panel.reopen(panelSocket);
  await closedFor(shop, 'journal/unconfirmed').finally(word.resolve);
  await closedFor(shop, 'journal/stopped');
  acknowledgement.shift();
  assert.match(shop.panel.prompt?.conditions?.[0]?.hint ?? '', foreign);
  assert.ok(shop.hub.ledger.alarms().some(({ code }) => code === 'ledger/fork'));
  await isOutOfService(shop, since);
});

test('it lies in quarantine then, and stays there over a restart', async ({ shop }) => {
  const since = shop.log.length;
  await shop.restart();
  await closedFor(shop, 'journal/stopped');
  assert.match(shop.panel.prompt?.conditions?.[0]?.hint ?? '', foreign);
  await isOutOfService(shop, since);
  const { alarms } = shop.hub.ledger;
  while (!alarms().some(({ code, evidence }) => foreign.test(code) && evidence)) await sleep(20);
});

test.run();
