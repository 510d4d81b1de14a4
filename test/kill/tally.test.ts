// The journal decides whether a strike has hit, and every moment is dealt to every victim.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MomentName } from '../../simulator/faults/moments.ts';
import type { Victim } from '../../simulator/faults/victims.ts';
import { allAims, Deck } from './plan.ts';
import { hasHit } from './tally.ts';

const struck = (at: MomentName, killed: Victim[], state: string, event: string) =>
  hasHit({ aim: { at, victims: ['gate', 'hub'] }, killed, wall: 0, step: { at: state, event } });

test('a strike has hit where all its victims died at its moment', () => {
  assert.ok(struck('fetch', ['gate', 'hub'], 'fetch', 'cardTaken'));
  assert.not(struck('fetch', ['gate', 'hub'], 'check', 'fetched'));
  assert.not(struck('fetch', ['hub'], 'fetch', 'cardTaken'));
});

test('two moments of one state are distinguished by the event', () => {
  assert.ok(struck('capture', ['gate', 'hub'], 'pay', 'paid'));
  assert.not(struck('capture', ['gate', 'hub'], 'pay', 'documentHeld'));
  assert.ok(struck('printing', ['gate', 'hub'], 'print', 'jobCreated'));
});

test('a deck deals each moment to each victim and each pair, and the same again for the same seed', () => {
  const deal = (seed: number) => {
    const deck = new Deck(seed);
    const plans = [];
    while (deck.dealt < 1) plans.push(deck.next());
    return plans.slice(0, -1);
  };
  const plans = deal(3);
  const aims = new Set(plans.flatMap(({ at, strikes }) => (at ? [`${at} ${strikes[0].victims}`] : [])));
  assert.equal([aims.size, allAims], [22 * 15, 22 * 15]);
  assert.equal(deal(3), plans);
  assert.not.equal(deal(4), plans);
});

test.run();
