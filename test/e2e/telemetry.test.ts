// timeout: 120 s
// waits
// What an operator learns of a shop's terminal: that it ran, served, stood and stopped, and nothing of whom it served.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Shop } from '../../simulator/shop/shop.ts';
import { stock } from '../shop-stock.ts';

const test = suite<{ shop: Shop }>('telemetry');

test.before(async context => {
  context.shop = await Shop.open({ stock });
  await context.shop.isOpen();
});
test.after(({ shop }) => shop.close());

test('start, conditions, link, an issue with its times, stop and the next start are at the hub, in order', async ({
  shop,
}) => {
  assert.is(await shop.visit({ resident: 'm101' }), 'issued');
  await shop.ended();
  await shop.isOpen();
  await shop.terminal.agent.stop();
  await shop.restart();
  const received = () => shop.hub.telemetry.records('shop-1');
  while (received().filter(({ type }) => type === 'start').length < 2) await new Promise(setImmediate);
  const records = received();
  const types = records.map(({ type }) => type);
  assert.equal([types[0], types.indexOf('stop') < types.lastIndexOf('start')], ['start', true]);
  assert.ok(records.some(record => record.type === 'link' && record.is === 'up'));
  assert.ok(
    records.some(
      record => record.type === 'condition' && record.code === 'gate/offline' && record.is === 'back',
    ),
  );
  const issues = records.filter(record => record.type === 'transaction');
  assert.equal(
    issues.map(({ outcome, code }) => `${outcome} ${code}`),
    ['issued issued/done'],
  );
  assert.ok(
    ['pin', 'pay', 'print'].every(at => issues[0]!.spentMs[at]! >= 0),
    JSON.stringify(issues[0]),
  );
  const [row] = shop.hub.ledger.transactions();
  assert.not.match(JSON.stringify(records), row!.transaction);
});

test.run();
