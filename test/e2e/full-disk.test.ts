// timeout: 60 s
// waits
// A disk that takes nothing more: said on the screen before anybody's card is served, and over when it takes again.
import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reconcile } from '../../simulator/shop/reconcile.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop }>('full disk');

test.before(async context => {
  context.shop = await Shop.open({ stock });
});
test.after(({ shop }) => shop.close());

/** Lets a process, and what it starts from now on, write files up to so many bytes (setrlimit(2), RLIMIT_FSIZE): EFBIG beyond. */
const letWrite = (pid: number, bytes: string) =>
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);

test('an agent that starts on a full disk names the condition, and opens by itself when there is room', async ({
  shop,
}) => {
  const { agent } = shop.terminal;
  await shop.isOpen();
  await agent.stop();
  const nobody = shop.logged(({ msg }) => msg === 'agent serves nobody');
  letWrite(process.pid, '0');
  const started = agent.start();
  letWrite(process.pid, 'unlimited');
  await started;
  await nobody;
  await shop.panel.reopen(shop.terminal.panelSocket);
  await untilShown(shop.panel, 'outOfService');
  while (shop.panel.prompt?.conditions?.map(({ part }) => part).join() !== 'journal')
    await new Promise(resolve => setTimeout(resolve, 20));
  const serves = shop.logged(({ msg }) => msg === 'agent serves');
  letWrite(agent.pid('agent')!, 'unlimited'); // it tries its journal again, and starts another gate then
  await serves;
  await shop.panel.reopen(shop.terminal.panelSocket);
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  assert.equal(reconcile(shop), ['alarm journal/io'], 'an alarm reached the hub, and all books agree');
});

test.run();
