// timeout: 120 s
// A whole visit at an agent whose log nobody takes: the resident is served, the money is right, and SIGTERM still ends everything.
import { execFileSync } from 'node:child_process';
import { constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChild } from '../../simulator/child.ts';
import { Shop } from '../../simulator/shop/shop.ts';

const test = suite<{ shop: Shop }>('log');
test.before(async context => {
  context.shop = await Shop.open();
  await context.shop.isOpen();
});
test.after(({ shop }) => shop.close());

/** A FIFO whose buffer is full, and from which nobody reads. It stays open until this process ends: a FIFO without reader fails at once. */
function stalled(path: string): string {
  execFileSync('mkfifo', [path]);
  const held = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(held, Buffer.alloc(4096, ' '));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return path;
}

async function reopen({ panel, terminal }: Shop, isEnded: () => boolean): Promise<void> {
  while (!isEnded())
    try {
      return await panel.reopen(terminal.panelSocket);
    } catch {
      await sleep(50); // the agent is not there yet
    }
  throw new Error('The agent ended.');
}

for (const [what, log] of [
  ['on a full disk', () => '/dev/full'],
  ['with a reader that stalls', (dir: string) => stalled(join(dir, 'log'))],
] as const)
  test(`a log ${what}: a paid visit is issued, at every start`, async ({ shop }) => {
    const { agent } = shop.terminal;
    await agent.stop();
    const redirected = ['sh', '-c', 'log=$1; shift; exec "$@" 2>"$log"', 'sh', log(shop.dir)];
    for (const resident of ['m101', 'm102']) {
      const said: string[] = [];
      const child = startChild([...redirected, ...agent.command], line => said.push(line));
      let isEnded = false;
      const ended = child.ended.finally(() => {
        isEnded = true;
      });
      try {
        await reopen(shop, () => isEnded);
        assert.is(await shop.visit({ resident }), 'issued');
        const { outcome, keptYen } = await shop.ended();
        assert.equal([outcome, keptYen], ['issued', 200]);
        child.process.kill('SIGTERM');
        assert.equal(await ended, { code: 0, signal: null });
        assert.equal(said, [], 'its log went elsewhere');
      } finally {
        child.process.kill('SIGKILL');
      }
    }
  });

test.run();
