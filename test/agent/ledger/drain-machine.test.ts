import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DrainEffect,
  type DrainEvent,
  type DrainState,
  drainFrom,
  isHubBehind,
  next,
} from '../../../agent/ledger/drain-machine.ts';

const window = 2;

function play(state: DrainState, ...events: DrainEvent[]): [DrainState, DrainEffect[]] {
  const all: DrainEffect[] = [];
  for (const event of events) {
    const [after, effects] = next(state, event, window);
    state = after;
    all.push(...effects);
  }
  return [state, all];
}

test('connecting asks for the cursor even where nothing is new', () => {
  const [state, effects] = play(drainFrom(5, 5), { is: 'online' });
  assert.equal(effects, [{ do: 'send', round: 1, after: 5 }]);
  const [after, then] = play(
    state,
    { is: 'sent', round: 1, upto: 5 },
    { is: 'out', round: 1 },
    { is: 'acknowledged', seq: 5 },
  );
  assert.equal(then, [{ do: 'hold' }, { do: 'wait', silent: 0 }, { do: 'rest' }]);
  assert.equal(after.inFlight, []);
});

test('a batch that is acknowledged before it is out, and a next one that is not sent: it rests or waits, and never stops', () => {
  const events: DrainEvent[] = [
    { is: 'online' },
    { is: 'sent', round: 1, upto: 3 },
    { is: 'acknowledged', seq: 3 },
    { is: 'idle' },
  ];
  const [idle] = play(drainFrom(0, 3), ...events);
  const [, effects] = play(idle, { is: 'notSent', round: 1 }, { is: 'out', round: 1 });
  assert.equal(effects, [{ do: 'rest' }]);
  const more = { is: 'appended', last: 4 } as const;
  const [, left] = play(idle, more, { is: 'notSent', round: 1 }, { is: 'out', round: 1 });
  assert.equal(left, [{ do: 'wait', silent: 0 }]);
});

test('no more than the window is in flight', () => {
  const [state, effects] = play(
    drainFrom(0, 100),
    { is: 'online' },
    { is: 'sent', round: 1, upto: 3 },
    { is: 'sent', round: 1, upto: 6 },
  );
  assert.equal(state.inFlight, [3, 6]);
  assert.is(effects.filter(effect => effect.do === 'send').length, 2);
  const [, more] = play(state, { is: 'acknowledged', seq: 3 });
  assert.equal(more.at(-1), { do: 'send', round: 1, after: 6 });
});

test('silence goes back to the cursor and waits longer each time', () => {
  const [state] = play(
    drainFrom(0, 9),
    { is: 'online' },
    { is: 'sent', round: 1, upto: 3 },
    { is: 'out', round: 1 },
  );
  const again: DrainEvent[] = [
    { is: 'sent', round: 2, upto: 3 },
    { is: 'out', round: 2 },
  ];
  const [after, effects] = play(state, { is: 'silence' }, ...again);
  assert.equal(
    effects,
    [{ do: 'send', round: 2, after: 0 }, { do: 'hold' }, { do: 'wait', silent: 1 }],
    'one batch only, until the hub answers',
  );
  assert.equal(play(after, { is: 'sent', round: 1, upto: 3 }, { is: 'out', round: 1 })[0], after);
  assert.equal(play(after, { is: 'acknowledged', seq: 3 })[1].at(-1), { do: 'send', round: 2, after: 3 });
});

test('no wait runs while a batch is on its way to the broker', () => {
  const [state, first] = play(
    drainFrom(0, 100),
    { is: 'online' },
    { is: 'sent', round: 1, upto: 3 },
    { is: 'out', round: 1 },
    { is: 'sent', round: 1, upto: 6 },
  );
  assert.equal(first.at(-1), { do: 'hold' });
  const [one, then] = play(state, { is: 'acknowledged', seq: 3 });
  assert.equal(then, [{ do: 'send', round: 1, after: 6 }], 'the second is not out yet');
  const [, last] = play(
    one,
    { is: 'sent', round: 1, upto: 9 },
    { is: 'out', round: 1 },
    { is: 'out', round: 1 },
  );
  assert.equal(last, [{ do: 'hold' }, { do: 'wait', silent: 0 }]);
});

test('a hub that names an older cursor in each of three waits is behind; one acknowledgement ends that', () => {
  const wait: DrainEvent[] = [{ is: 'behind' }, { is: 'behind' }, { is: 'silence' }];
  const [two] = play(drainFrom(9, 9), { is: 'online' }, ...wait, ...wait);
  assert.not(isHubBehind(two));
  const [three, effects] = play(two, ...wait);
  assert.ok(isHubBehind(three));
  assert.equal(effects, [{ do: 'send', round: 4, after: 9 }]);
  assert.not(isHubBehind(play(three, { is: 'acknowledged', seq: 9 })[0]));
  assert.not(isHubBehind(play(two, { is: 'silence' }, ...wait)[0]), 'not in a row');
  const [cut] = play(two, { is: 'behind' }, { is: 'offline' }, { is: 'online' });
  assert.ok(isHubBehind(cut), 'a wait that the link cut short');
  assert.is(play(two, { is: 'offline' }, { is: 'online' })[0].behind, 2, 'one without any acknowledgement');
  const [rested] = play(drainFrom(9, 9), { is: 'online' }, { is: 'sent', round: 1, upto: 9 });
  const late: DrainEvent[] = [
    { is: 'acknowledged', seq: 9 },
    { is: 'behind' },
    { is: 'idle' },
    { is: 'silence' },
  ];
  assert.is(play(rested, ...late)[0].behind, 0, 'received before it was asked');
});

test('after a disagreement nothing is sent any more', () => {
  const [state] = play(drainFrom(0, 9), { is: 'online' }, { is: 'disagreement' });
  assert.equal(play(state, { is: 'online' }, { is: 'appended', last: 10 }, { is: 'silence' })[1], []);
});

test.run();
