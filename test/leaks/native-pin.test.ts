// timeout: 60 s
// waits
// Where a PIN is in memory between pad and card: in the native process and in pcscd while the card has the command, and in neither
// a second later. This holds for a right and a wrong PIN, and for any next command.
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CardBehaviour } from '../../simulator/card/virtual-card.ts';
import { goodHabits, type Habit } from '../../simulator/customer/customer.ts';
import type { RoutingBehaviour } from '../../simulator/hub/routing/router.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';
import { stock } from '../shop-stock.ts';
import { pinNeedles } from './needles.ts';
import { asLines, type Finding, searchMemory } from './search.ts';

const test = suite<{ shop: Shop }>('PIN below the gate');
/** How long a PIN may be found after its use, in ms: the promise that is tested. */
const afterUseMs = 1_000;
const pin = '8294';

test.before(async context => {
  context.shop = await Shop.open({ stock });
});
test.after(({ shop }) => shop.close());

/** What is found of `pin` in `shop`'s native process and pcscd. */
function remains({ terminal }: Shop, account: string): { native: Finding[]; pcscd: Finding[] } {
  const needles = pinNeedles(pin, account);
  return {
    native: searchMemory('native', terminal.agent.pid('native')!, needles),
    pcscd: searchMemory('pcscd', terminal.devices.reader.pid, needles),
  };
}

/** Types the PIN into a card that has `right`; what is found while the card has the command, and a second after `next`. */
async function typed(shop: Shop, right: string, next: () => Promise<unknown>) {
  const { pinpad } = shop.terminal.devices;
  const card = await shop.card('m101', { pin: right });
  const [has, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holdsVerify: CardBehaviour = async ({ ins, data }) => {
    if (ins !== 0x20 || data.length === 0) return undefined;
    has.resolve();
    await goOn.promise;
    return undefined;
  };
  card.behaviours.unshift(holdsVerify);
  let account = '';
  pinpad.onPrompt(entry => {
    account = entry.account;
  });
  const leavesWrong: Habit = seen => seen.is === 'prompt' && seen.prompt.id === 'wrongPin';
  const visiting = shop.visit({ resident: 'm101', pin, card, habits: [leavesWrong, ...goodHabits] });
  await has.promise;
  const during = remains(shop, account);
  const asked = next();
  goOn.resolve();
  await asked;
  await sleep(afterUseMs);
  return { during, after: remains(shop, account), visiting };
}

const forms = (findings: Finding[]) => findings.map(({ form }) => form);

function judge({ during, after }: Awaited<ReturnType<typeof typed>>): void {
  for (const who of ['native', 'pcscd'] as const) {
    assert.ok(
      forms(during[who]).includes('VERIFY with the PIN'),
      `${who} has the command while the card has it`,
    );
    assert.equal(asLines(after[who]), []);
  }
}

test('a wrong PIN, after which the card gets no command', async ({ shop }) => {
  const seen = await typed(shop, '1234', () => untilShown(shop.panel, 'wrongPin'));
  shop.panel.cancel();
  await seen.visiting;
  judge(seen);
});

test('a right PIN, while the hub has not answered yet', async ({ shop }) => {
  const answered = Promise.withResolvers<void>();
  const waits: RoutingBehaviour = async ({ question }) => {
    if (question.ask === 'challenge') await answered.promise;
    return undefined;
  };
  shop.hub.behaviours.routing.unshift(waits);
  const seen = await typed(shop, pin, () => shop.reached('authenticate'));
  answered.resolve();
  assert.is(await seen.visiting, 'issued', 'the card is still verified');
  judge(seen);
});

test.run();
