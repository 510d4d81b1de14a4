// timeout: 120 s
// The terminal alone, as `npm run simulator -- terminal` starts it: any panel with a screen and a till can use it.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Hands, visit } from '../../../simulator/customer/customer.ts';
import { openFrontPanel } from '../../../simulator/customer/front-panel.ts';
import { asProposed } from '../../../simulator/customer/wish.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { part } from '../../../simulator/terminal/part.ts';
import { visitSocket } from '../../../simulator/terminal/standing-terminal.ts';
import { TerminalError } from '../../../simulator/terminal/terminal-error.ts';
import { refusalOf } from '../../refusal.ts';

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

test('a home whose terminal runs starts no second one, and keeps its socket', async () => {
  const dir = temporaryFolder('mdg-terminal');
  const running = createServer().listen(visitSocket(dir));
  await once(running, 'listening');
  const second = () =>
    refusalOf(
      Promise.resolve(part.start({ home: dir, cards: dir }, { dir, say: () => undefined })),
      TerminalError,
    );
  try {
    assert.is((await second()).message, `A terminal already runs with the home ${dir}.`);
    assert.ok(running.listening);
    assert.is((await second()).condition, 'home', 'the socket is still there');
  } finally {
    running.close();
    await rm(dir, { recursive: true });
  }
});

test.run();
