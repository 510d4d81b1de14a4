// timeout: 120 s
// waits
// A service manager's stop: the agent ends, and takes the gate that it started with it, however often it is told.
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildError, runChild } from '../../simulator/child.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { harmlessSignals, livesOn } from '../lives-on.ts';
import { refusalOf } from '../refusal.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop }>('stop');

test.before.each(async context => {
  context.shop = await Shop.open({ stock });
  await context.shop.isOpen();
});
test.after.each(({ shop }) => shop.close());

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

for (const signals of [1, 3])
  test(`SIGTERM ${signals} times ends agent, gate and native process; ${harmlessSignals.join(', ')} before it end none`, async ({
    shop,
  }) => {
    const { agent } = shop.terminal;
    const pids = (['agent', 'gate', 'native'] as const).map(name => agent.pid(name)!);
    for (const signal of harmlessSignals)
      for (const pid of pids) {
        process.kill(pid, signal);
        assert.ok(await livesOn(pid), `${signal} ended ${pid} of ${pids}`);
      }
    for (let n = 0; n < signals; n++) {
      process.kill(pids[0]!, 'SIGTERM');
      await new Promise(resolve => setTimeout(resolve, 5)); // apart, or the kernel makes one of them
    }
    assert.equal(await agent.ended, { code: 0, signal: null });
    assert.equal(pids.filter(isRunning), []);
  });

test('an agent that can not listen ends, with a code that a service manager starts it again for', async ({
  shop,
}) => {
  const { agent } = shop.terminal;
  await agent.stop();
  const command = agent.command.map(word =>
    word === shop.terminal.panelSocket ? join(shop.dir, 'nowhere/panel.sock') : word,
  );
  assert.match((await refusalOf(runChild(command), ChildError)).message, /ended with [1-9]/);
});

test.run();
