// timeout: 120 s
// waits
// A terminal that is enrolled again while the hub lacks records of its former enrolment: they still come, in their own epoch,
// once and in order, and then nobody can read the former journal any more.
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enrol } from '../../provisioning/enrolment/enrol.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { AgentService } from '../../simulator/terminal/agent-service.ts';
import type { LogEntry } from '../../simulator/terminal/log-entry.ts';
import { codeOf } from '../refusal.ts';

const test = suite<{ shop: Shop; home: string }>('enrolled again');

test.before(async context => {
  const shop = await Shop.open();
  context.shop = shop;
  context.home = join(shop.dir, 'again');
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
});
test.after(({ shop }) => shop.close());

const again = ({ hub, terminal }: Shop, home: string) =>
  enrol({
    hub: new URL(hub.enrolmentUrl),
    code: hub.createEnrolmentCode({ terminal: 'shop-1' }),
    root: Buffer.from(hub.rootThumbprint, 'hex'),
    home,
    former: terminal.home,
  });

test('while its agent runs it is not carried over, and nothing is written', async ({ shop, home }) => {
  assert.is(await codeOf(again(shop, home)), 'journal/inUse');
  assert.not.ok(existsSync(home));
});

test('what the hub lacked comes from the new home, and the former keys are destroyed', async ({
  shop,
  home,
}) => {
  const { terminal, hub } = shop;
  await terminal.agent.stop();
  await hub.broker.stop();
  await terminal.agent.start(); // one record more, which no hub receives
  await terminal.agent.stop();
  const before = hub.ledger.rows().length;
  await hub.broker.start();
  const { epoch } = await again(shop, home);
  assert.is(epoch, 2);
  const former = join(home, 'agent/former/1');
  assert.ok((await readdir(former)).includes('journal-data.bin'));
  // what a power cut may leave of one that was delivered before
  const halfGone = join(home, 'agent/former/0.delivered');
  await mkdir(join(halfGone, 'journal'), { recursive: true });
  const log: LogEntry[] = [];
  const agent = new AgentService({
    home,
    panelSocket: join(shop.dir, 'again.panel'),
    gateSocket: join(shop.dir, 'again.gate'),
    onLog: entry => log.push(entry),
  });
  await agent.start();
  try {
    while (!log.some(({ msg }) => msg === 'former journal delivered')) await sleep(20);
    while (!hub.ledger.rows().some(row => row.epoch === 2)) await sleep(20);
  } finally {
    await agent.stop();
  }
  const rows = hub.ledger.rows();
  const first = rows.filter(row => row.epoch === 1);
  assert.is(first.length, before + 1);
  assert.equal(
    first.map(({ seq }) => seq),
    first.map((_, i) => i + 1),
  );
  assert.is(first.at(-1)!.type, 'start');
  assert.equal(await readdir(join(home, 'agent/former')), []);
  assert.not.ok(log.some(({ msg }) => msg === 'former journal not delivered'));
});

test.run();
