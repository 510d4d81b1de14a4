// Everything that can die, at every moment of a table: money, paper and ledger agree, and the next resident is served.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyMoment, MomentShop } from './moments.ts';

const victims = ['native', 'gate', 'broker', 'agent'] as const;

/** One test for each moment and victim. */
export function testKills(name: string, moments: readonly AnyMoment[]): void {
  const test = suite<{ stage: MomentShop }>(name);
  test.before(async context => {
    context.stage = await MomentShop.open();
  });
  test.after(({ stage }) => stage.close());

  for (const moment of moments) {
    for (const victim of victims)
      test(`${victim} killed at ${moment}`, async ({ stage }) => {
        const { hub, terminal } = stage.shop;
        const kill = async () => {
          if (victim !== 'broker') return terminal.agent.kill(victim);
          await hub.broker.stop();
          await hub.broker.start();
        };
        const after = async () => {
          if (victim === 'agent') await stage.shop.restart();
          await stage.emptyPrinter();
        };
        const { last } = await stage.at(moment, kill, { after });
        assert.is(last === 'closed', victim === 'agent');
      });
    test(`after ${moment} the next resident is served, and the books agree`, ({ stage }) =>
      stage.servesNext());
  }
  test.run();
}
