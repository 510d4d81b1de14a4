// timeout: 120 s
// A record that this version of the agent cannot read: it serves nobody, says so to screen, status and hub, touches nothing, and does not
// die. An operator can leave the journal behind.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readHome } from '../../agent/config/home.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';
import { encode } from '../../agent/protocol/cbor.ts';
import { release } from '../../provisioning/journal/release.ts';
import { ChildError, runChild } from '../../simulator/child.ts';
import { program } from '../../simulator/programs.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { codeOf, refusalOf } from '../refusal.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop }>('journal unreadable');

test.before(async context => {
  context.shop = await Shop.open({ stock });
});
test.after(({ shop }) => shop.close());

const command =
  (main: string) =>
  (...args: string[]) =>
    runChild([process.execPath, main, ...args]);
const madoguchi = command(program('provisioning/madoguchi'));
const simulator = command(join(import.meta.dirname, '../../simulator/main.ts'));

const homeOf = (shop: Shop): string => join(shop.terminal.home, 'agent');

/** What a later version of the agent would have written last. */
async function writeLater(shop: Shop): Promise<void> {
  const { terminal, epoch, journalKeys: dataKeys } = await readHome(homeOf(shop));
  const folder = join(homeOf(shop), 'journal');
  const checkpoint = () => ({ body: encode([]) });
  const journal = await openJournal({ log: 'ledger', folder, terminal, epoch, dataKeys, checkpoint });
  await journal.append(encode({ type: 'later', version: 2 }));
  await journal.close();
}

async function segmentsOf(shop: Shop): Promise<string[]> {
  const folder = join(homeOf(shop), 'journal');
  const names = (await readdir(folder)).filter(name => name.endsWith('.segment')).sort();
  const digest = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  return Promise.all(names.map(async name => `${name} ${await digest(name)}`));
}

test('two starts in a row serve nobody and name the reason; the journal stays as it is', async ({ shop }) => {
  const { agent, panelSocket } = shop.terminal;
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  await agent.stop();
  await writeLater(shop);
  const before = await segmentsOf(shop);
  for (let start = 0; start < 2; start++) {
    await agent.start();
    await shop.panel.reopen(panelSocket);
    await untilShown(shop.panel, 'outOfService', { withinMs: 10_000 });
    const [condition, ...more] = shop.panel.prompt?.conditions ?? [];
    assert.equal([condition?.code, more], ['journal/version', []]);
    assert.match(condition?.hint ?? '', /journal\/unreadable/);
    const { message } = await refusalOf(madoguchi('status', '--panel', panelSocket), ChildError);
    assert.match(message, /OUT OF SERVICE/);
    await agent.stop();
    assert.equal(await segmentsOf(shop), before);
  }
});

test('the hub has the alarm with what lies there, and its consent leaves the journal behind', async ({
  shop,
}) => {
  const home = homeOf(shop);
  await shop.terminal.agent.start();
  const alarm = () => shop.hub.ledger.alarms().find(({ evidence }) => evidence !== undefined);
  while (!alarm()) await sleep(20);
  assert.is(alarm()!.code, 'journal/unreadable');
  await shop.terminal.agent.stop();
  const [hub, out] = [join(shop.dir, 'hub'), join(shop.dir, 'consent')];
  await simulator('consent', '--hub', hub, '--terminal', 'shop-1', '--out', out);
  assert.match(await madoguchi('journal', 'release', '--home', home, '--consent', out), /begins epoch 2/);
  assert.ok((await readdir(`${home}/journal.released-1`)).length > 1);
  await shop.restart();
  await shop.isOpen();
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  assert.is((await shop.ended()).epoch, 2);
  await shop.terminal.agent.stop();
  // the same consent does nothing to the journal that began since
  assert.is(await codeOf(release(home, await readFile(out))), 'provisioning/quarantine');
});

test.run();
