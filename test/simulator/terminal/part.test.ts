// timeout: 120 s
// The terminal alone, as `npm run simulator -- terminal` starts it: any panel with a screen and a till can use it.
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Hands, visit } from '../../../simulator/customer/customer.ts';
import { openFrontPanel } from '../../../simulator/customer/front-panel.ts';
import { asProposed } from '../../../simulator/customer/wish.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { part } from '../../../simulator/terminal/part.ts';

/** The part itself inserts the card and types the PIN. */
const noHands: Hands = {
  putCardIn: async () => undefined,
  takeCard: () => undefined,
  typePin: () => undefined,
};

test('a panel that connects is served twice', async () => {
  const dir = temporaryFolder('mdg-terminal');
  const running = await part.start({ resident: 'm101', pin: '4321' }, { dir, say: () => undefined });
  const panel = await openFrontPanel(running.listens.panel!);
  try {
    for (let times = 0; times < 2; times++)
      assert.is(await visit(panel, noHands, { pin: '', wish: asProposed('juminhyo') }), 'issued');
  } finally {
    await panel.close();
    await running.close();
    await rm(dir, { recursive: true });
  }
});

test.run();
