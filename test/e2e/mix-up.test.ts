// timeout: 120 s
// waits
// Two residents, two cards, two terminals: nobody gets the other's paper.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { goodHabits, type Habit, visit } from '../../simulator/customer/customer.ts';
import { openFrontPanel } from '../../simulator/customer/front-panel.ts';
import { asProposed } from '../../simulator/customer/wish.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { handsAt } from '../../simulator/terminal/hands.ts';
import { startTerminal } from '../../simulator/terminal/start-terminal.ts';
import { untilShown } from '../../simulator/terminal/until-shown.ts';

const test = suite<{ shop: Shop }>('mix-up');
const run = promisify(execFile);

test.before(async context => {
  context.shop = await Shop.open();
});
test.after(({ shop }) => shop.close());

const bare = (text: string): string => text.replace(/\s/g, '');
const nameOf = (shop: Shop, id: string) => bare(shop.hub.residents.find(id)!.resident.name);

async function textOf(shop: Shop, document: Buffer): Promise<string> {
  const file = join(shop.dir, 'paper.pdf');
  await writeFile(file, document);
  return bare((await run('pdftotext', ['-layout', file, '-'])).stdout);
}

test('a card changed for another after it authenticated signs nothing, prints nothing, costs nothing', async ({
  shop,
}) => {
  const { reader, pagePrinter } = shop.terminal.devices;
  const second = await shop.card('s501');
  let changed = false;
  const changesCard: Habit = seen => {
    if (changed || seen.is !== 'question' || seen.question.kind !== 'choose') return false;
    changed = true;
    reader.remove();
    void reader.insert(second);
    return false; // and chooses as if nothing had been
  };
  const last = await shop.visit({ resident: 'm101', habits: [changesCard, ...goodHabits] });
  assert.ok(changed);
  const row = await shop.ended();
  assert.not.equal(last, 'issued');
  assert.equal([row.keptYen, row.owedYen, row.paper], [0, 0, null]);
  assert.is(pagePrinter.jobs.length, 0);
  if (reader.card) reader.remove();
});

test('two terminals at one hub at the same time: each resident gets their own paper', async ({ shop }) => {
  const dir = join(shop.dir, 't2');
  await mkdir(dir);
  const terminal = await startTerminal({
    dir,
    hub: { ...shop.hub, code: shop.hub.createEnrolmentCode({ terminal: 'shop-2' }) },
    onDevice: () => undefined,
    onLog: () => undefined,
  });
  const panel = await openFrontPanel(terminal.panelSocket);
  const elsewhere = async (resident: string): Promise<string> => {
    await untilShown(panel, 'insertCard');
    const card = await shop.card(resident);
    return visit(panel, handsAt(terminal.devices, card), { pin: '4711', wish: asProposed('juminhyo') });
  };
  try {
    const pairs = [
      ['m101', 's501'],
      ['s501', 'm101'],
    ] as const;
    for (const [nth, [here, there]] of pairs.entries()) {
      assert.equal(await Promise.all([shop.visit({ resident: here }), elsewhere(there)]), [
        'issued',
        'issued',
      ]);
      const papers = [shop.terminal, terminal].map(({ devices }) => devices.pagePrinter.jobs[nth]!.document);
      const [mine, theirs] = [await textOf(shop, papers[0]!), await textOf(shop, papers[1]!)];
      assert.ok(mine.includes(nameOf(shop, here)) && !mine.includes(nameOf(shop, there)));
      assert.ok(theirs.includes(nameOf(shop, there)) && !theirs.includes(nameOf(shop, here)));
    }
  } finally {
    await panel.close();
    await terminal.close();
  }
});

test.run();
