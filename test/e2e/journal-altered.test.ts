// timeout: 120 s
// waits
// A journal that somebody altered: the screen says so, `madoguchi status` and the hub too, nobody is served, and no restart
// changes it, until an operator consents.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { release } from '../../provisioning/journal/release.ts';
import { ChildError, runChild } from '../../simulator/child.ts';
import { openHubKeys } from '../../simulator/hub/keys/hub-keys.ts';
import { program } from '../../simulator/programs.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { hexOf, readAgain } from '../interop/second-reader.ts';
import { codeOf, refusalOf } from '../refusal.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop }>('journal altered');

test.before(async context => {
  context.shop = await Shop.open({ stock, say: line => said.push(line) });
});
test.after(({ shop }) => shop.close());

const command =
  (main: string) =>
  (...args: string[]) =>
    runChild([process.execPath, main, ...args]);
const madoguchi = command(program('provisioning/madoguchi'));
const simulator = command(join(import.meta.dirname, '../../simulator/main.ts'));
const status = (shop: Shop) => madoguchi('status', '--panel', shop.terminal.panelSocket);
const said: string[] = [];

/** What is signed: all but the signature, which is another each time. */
const parts = (consent: Buffer): string => consent.subarray(0, -64).toString('hex');

async function flipOneBit(shop: Shop): Promise<void> {
  const folder = join(shop.terminal.home, 'agent/journal');
  const names = (await readdir(folder)).filter(name => /\d/.test(name)).sort();
  for (const name of names) {
    const content = await readFile(join(folder, name));
    const at = content.findLastIndex(byte => byte !== 0);
    if (at < 4096) continue; // a spare, or a header alone
    content[4200]! ^= 1;
    return await writeFile(join(folder, name), content);
  }
  assert.unreachable('there is a segment with records');
}

test('status of an open terminal says so', async ({ shop }) => {
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  await shop.isOpen();
  assert.match(await status(shop), /shop-1: open/);
});

for (const nth of ['first', 'second'])
  test(`the ${nth} start after it: out of service with the condition named, and it stays`, async ({
    shop,
  }) => {
    const { agent } = shop.terminal;
    await agent.stop();
    if (nth === 'first') await flipOneBit(shop);
    await agent.start();
    await shop.panel.reopen(shop.terminal.panelSocket);
    await untilShown(shop.panel, 'outOfService');
    const [condition, ...more] = shop.panel.prompt?.conditions ?? [];
    assert.equal([condition?.code, more], ['journal/stopped', []]);
    assert.match(condition?.hint ?? '', /journal\/(altered|cut)/);
    assert.match((await refusalOf(status(shop), ChildError)).message, /OUT OF SERVICE/);
  });

test('presence says what lies in quarantine, and its consent to that alone lets a new journal begin', async ({
  shop,
}) => {
  const home = join(shop.terminal.home, 'agent');
  const alarm = () => shop.hub.ledger.alarms().find(({ evidence }) => evidence !== undefined);
  while (!alarm()) await sleep(20);
  assert.match(alarm()!.code, /journal\/(altered|cut)/);
  assert.match(said.find(line => line.includes('ALARM')) ?? '', /shop-1, epoch 1: journal\/(altered|cut)/);
  await shop.terminal.agent.stop();
  const [hub, out] = [join(shop.dir, 'hub'), join(shop.dir, 'consent')];
  const consentTo = (terminal: string, file: string) =>
    simulator('consent', '--hub', hub, '--terminal', terminal, '--out', file);
  assert.match((await refusalOf(consentTo('shop-2', out), ChildError)).message, /no alarm of shop-2/);
  await consentTo('shop-1', out); // the refusal left no file in its way
  assert.match((await refusalOf(consentTo('shop-1', out), ChildError)).message, /EEXIST/);
  await consentTo('shop-1', `${out}-2`); // a file that was lost: the same word again
  assert.is(parts(await readFile(`${out}-2`)), parts(await readFile(out)));
  const consent = await readFile(out);
  const hubKey = hexOf(openHubKeys(join(hub, 'keys')).hub.coseKey);
  const recorded = { kind: 'release', message: consent.toString('hex'), key: hubKey };
  const [read, elsewhere] = readAgain(['shop-1', 'shop-2'].map(terminal => ({ ...recorded, terminal })));
  assert.equal([read!.refused, elsewhere!.refused !== undefined], [undefined, true], 'by the second reader');
  const forged = Buffer.from(consent);
  forged[forged.length - 1]! ^= 1;
  assert.is(await codeOf(release(home, forged)), 'provisioning/consent');
  assert.is(await codeOf(release(home, Buffer.alloc(0))), 'provisioning/consent');
  const journalRelease = () => madoguchi('journal', 'release', '--home', home, '--consent', out);
  assert.match(await journalRelease(), /begins epoch 2/);
  assert.ok((await readdir(`${home}/journal.released-1`)).length > 1);
  assert.match((await refusalOf(journalRelease(), ChildError)).message, /provisioning\/quarantine/);
  await shop.restart();
  await shop.isOpen();
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  assert.is((await shop.ended()).epoch, 2);
  const names = await readdir(home);
  assert.equal(
    names.filter(name => /quarantine|aside/.test(name)),
    [],
  );
  assert.ok(names.includes('telemetry.released-1') && names.includes('telemetry'));
});

test.run();
