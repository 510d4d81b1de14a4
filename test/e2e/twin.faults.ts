// timeout: 120 s
// A terminal's home that was copied, and is started beside the original: the copy gives way, and the original goes on serving.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChild } from '../../simulator/child.ts';
import { program } from '../../simulator/programs.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { readLogLine } from '../../simulator/terminal/log-entry.ts';

const test = suite<{ shop: Shop }>('twin');
test.before(async context => {
  context.shop = await Shop.open();
});
test.after(({ shop }) => shop.close());

test('a copied home beside the original: it serves nobody and gives way; the sound one goes on serving on one connection', async ({
  shop,
}) => {
  const { terminal, dir } = shop;
  const { agent } = terminal;
  await shop.isOpen();
  await agent.stop();
  const copy = join(dir, 'copy');
  await cp(join(terminal.home, 'agent'), copy, { recursive: true });
  await shop.restart();
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  const said: string[] = [];
  const doors = ['--panel', join(dir, 'copy.sock'), '--gate', join(dir, 'no-gate.sock')];
  const twin = startChild([process.execPath, program('agent/main'), '--home', copy, ...doors], line =>
    said.push(readLogLine(line).msg),
  );
  let isEnded = false;
  void twin.ended.then(() => {
    isEnded = true;
  });
  try {
    // it learns from the hub that its journal is no good, says so on a connection of its own, and loses that one to the original
    const gaveWay = () => said.slice(said.indexOf('agent serves nobody')).includes('link ended');
    while (!said.includes('agent serves nobody') || !gaveWay()) {
      assert.not(isEnded, `the copy ended: ${said}`);
      await sleep(20);
    }
    await shop.isOpen();
    const since = shop.log.length;
    for (const resident of ['m101', 'm102']) {
      assert.is(await shop.visit({ resident }), 'issued');
      await shop.ended();
    }
    const ends = (from: number) => shop.log.slice(from).filter(({ msg }) => msg === 'link ended').length;
    assert.is(ends(since), 0, 'the copy took the session again');
    assert.ok(ends(0) <= 3, `it lost its session ${ends(0)} times`);
  } finally {
    await twin.stop();
  }
});

test.run();
