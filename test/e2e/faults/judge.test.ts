// timeout: 120 s
// waits
// The judge of a visit with faults: an end that is not the expected one, books that do not agree, and a slip that names
// somebody do not pass; and of several faults none may end worse than its worst.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { end, type Fault, issued, mayEnd } from '../../../simulator/faults/fault.ts';
import { playFaults, shortWaits } from '../../../simulator/faults/faulty-visit.ts';
import { findFault } from '../../../simulator/faults/registry.ts';
import { Shop } from '../../../simulator/shop/shop.ts';
import { stock } from '../../shop-stock.ts';
import { complaintsOf } from './fault-suite.ts';
import { pairsBySeed } from './pairs.ts';

const test = suite<{ shop: Shop }>('judge of faults');
test.before(async context => {
  context.shop = await Shop.open({ waits: shortWaits, stock });
});
test.after(({ shop }) => shop.close());

const locked = findFault('card.locked')!;
const fault = (change: Partial<Fault>): Fault => ({
  ...{ name: 'test.fault', summary: '', expected: issued, arrange: () => undefined },
  ...change,
});

test('an end that is not the expected one', async ({ shop }) => {
  const complaints = complaintsOf(await playFaults(shop, [{ ...locked, expected: issued }]));
  assert.match(complaints.join(), /^ended refused \(card\/locked\)/);
});

test('a coin that no books have', async ({ shop }) => {
  const coin = fault({
    arrange: ({ shop }) => {
      shop.panel.till.coinsIn += 100;
    },
  });
  assert.match(complaintsOf(await playFaults(shop, [coin])).join(), /yen stayed, the ledger says/);
  shop.panel.till.coinsIn -= 100;
});

test('what a fault itself looks at afterwards', async ({ shop }) => {
  const watched = fault({ after: () => ['it was seen'] });
  assert.match(complaintsOf(await playFaults(shop, [watched])).join(), /^it was seen/);
});

test('a visit without trouble passes', async ({ shop }) => {
  assert.equal(complaintsOf(await playFaults(shop, [fault({})])), []);
});

test('of two faults either may strike first; neither may be worse than the worse, nor good where one is not', () => {
  const refused = fault({ expected: end('refused', 'card/locked') });
  const owed = fault({ expected: end('refundDue', 'pay/declined') });
  const good = fault({});
  const may = (faults: Fault[], outcome: string, code: string) => mayEnd(faults, { outcome, code });
  assert.ok(may([refused, owed], 'refused', 'card/locked'));
  assert.ok(may([refused, owed], 'refundDue', 'pay/declined'));
  assert.not(may([refused, owed], 'unknown', 'print/unknown'));
  assert.not(may([refused, good], 'issued', 'issued/done'));
  assert.ok(may([good, fault({})], 'issued', 'issued/done'));
  assert.not(mayEnd([refused], { outcome: null, code: null }));
});

test('pairs are of different conditions, each once, and the same for the same seed', () => {
  const names = (seed: number) => pairsBySeed(seed).map(pair => pair.map(({ name }) => name).join(' '));
  assert.equal(names(1), names(1));
  assert.not.equal(names(1), names(2));
  assert.is(new Set(names(1)).size, names(1).length);
  assert.equal([...names(1)].sort(), [...names(2)].sort());
});

test.run();
