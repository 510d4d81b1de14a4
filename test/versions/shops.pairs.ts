// timeout: 120 s
// waits
// Whole shops of old and new: a certificate from card to receipt, and every record at the hub.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Contract } from '../../agent/protocol/contract.ts';
import { askStatus } from '../../provisioning/status/ask-status.ts';
import { startHub } from '../../simulator/hub/process/hub.ts';
import { reconcile } from '../../simulator/shop/reconcile.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { makeCards, playAt } from '../conformance/our-hub.ts';
import { speaking } from './later-contract.ts';

const newAgent = [process.execPath, join(import.meta.dirname, 'new-agent.fixture.ts')];

/** A hub's contract that counts what it writes in the form of version 2. */
function counting(...versions: number[]): { contract: Contract; answers: () => number } {
  const { forms } = speaking(...versions);
  const second = forms.reply![2]!;
  let answers = 0;
  const write: typeof second.write = body => {
    answers++;
    return second.write!(body);
  };
  return {
    contract: { versions, forms: { ...forms, reply: { 2: { ...second, write } } } },
    answers: () => answers,
  };
}

for (const [what, isNew, ofHub, speaksTwo, asksAgain] of [
  ['an old terminal with a new hub', false, [1, 2], false, false],
  ['a new terminal with an old hub', true, [1], false, true],
  ['a new terminal with a new hub', true, [1, 2], true, false],
] as const)
  test(`${what}: a certificate from card to receipt, and every record is at the hub`, async () => {
    const { contract, answers } = counting(...ofHub);
    const shop = await Shop.open({ contract, ...(isNew && { wrapAgent: newAgent }) });
    try {
      assert.is(await shop.visit({ resident: 'm101' }), 'issued');
      assert.is((await shop.ended()).evidence, 'valid');
      assert.equal(reconcile(shop), []);
      assert.is(answers() > 0, speaksTwo);
      const changes = shop.log.filter(({ msg }) => msg === 'hub speaks another version');
      assert.is(changes.length, asksAgain ? 1 : 0);
      while (shop.hub.telemetry.records('shop-1').length === 0) await new Promise(setImmediate);
      assert.equal(shop.hub.telemetry.missing('shop-1'), 0);
      if (!asksAgain) return;
      await shop.hub.broker.stop();
      await untilShown(shop.panel, 'outOfService');
      await shop.hub.broker.start();
      await shop.isOpen();
      const again = shop.log.filter(({ msg }) => msg === 'hub speaks another version');
      assert.is(again.length, 2, 'the next connection begins with version 2');
    } finally {
      await shop.close();
    }
  });

test('the conformance kit’s old terminal is served by a new hub, and its newer terminal by an old one', async () => {
  const dir = temporaryFolder('versions');
  try {
    const cards = await makeCards(join(dir, 'cards'));
    for (const [nth, versions] of [[1], [1, 2]].entries()) {
      const { code, card, checks } = await playAt({
        ...{
          dir: join(dir, `${nth}`),
          cards,
          only: ['090', '091', '092', '093'].map(number => `MDG-H-${number}`),
        },
        startHub: options => startHub({ ...options, contract: speaking(...versions) }),
      });
      assert.is(code, 0, JSON.stringify(card.requirements));
      assert.ok(checks.length >= 4);
      assert.equal(
        card.requirements.map(({ outcome }) => outcome),
        ['passed', 'passed', 'passed', 'passed'],
      );
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('without a version in common nobody is served, and status and log say link/version', async () => {
  const shop = await Shop.open({ contract: speaking(2) });
  try {
    const why = ({ fields }: { fields: { error?: unknown } }) => fields.error === 'link/version';
    if (!shop.log.some(why)) await shop.logged(why);
    await untilShown(shop.panel, 'outOfService');
    const { hub, conditions } = (await askStatus(shop.terminal.panelSocket, 10_000)).report;
    assert.is(hub?.failure, 'link/version');
    assert.ok(
      conditions.some(({ code }) => code === 'hub/version'),
      JSON.stringify(conditions),
    );
  } finally {
    await shop.close();
  }
});

test.run();
