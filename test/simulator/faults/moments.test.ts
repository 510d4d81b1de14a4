// A moment holds a visit at its state, and holds nothing before that state.
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCardAuthority } from '../../../simulator/card/authority.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';
import { moments } from '../../../simulator/faults/moments.ts';
import type { Scene } from '../../../simulator/faults/scene.ts';

const getData = Buffer.from('00CA000000', 'hex');
const select = Buffer.from('00A4040C0AD392F000260100000001', 'hex');

test('a card that is held at `card` still answers the presence test of a reader that starts', async () => {
  const card = (await makeCardAuthority()).issue({ pin: '4711' });
  const over = Promise.withResolvers<void>();
  const scene: Pick<Scene, 'withCard'> = { withCard: (put: (card: VirtualCard) => void) => put(card) };
  moments.card.hold(scene as Scene, over.promise);
  assert.is((await card.transmit(getData)).length, 2);
  const selected = card.transmit(select);
  assert.is(await Promise.race([selected, sleep(50, 'silent')]), 'silent');
  over.resolve();
  assert.equal(await selected, Buffer.from('9000', 'hex'));
});

test.run();
