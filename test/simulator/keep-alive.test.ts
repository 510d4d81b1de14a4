// The simulator's own keepAlive: its waits, their reset, and its end.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KeepAliveOptions, keepAlive } from '../../simulator/keep-alive.ts';
import { ManualClock, settle } from '../manual-clock.ts';

/** The waits after connections that were up for these times, in ms. Undefined: the connection was never up. */
async function waitsAfter(
  lives: readonly (number | undefined)[],
  options: Partial<KeepAliveOptions> = {},
): Promise<number[]> {
  const [clock, stop, left] = [new ManualClock(), new AbortController(), [...lives]];
  const running = keepAlive(
    async up => {
      if (left.length === 0) return stop.abort();
      const upMs = left.shift();
      if (upMs !== undefined) up();
      clock.advance(upMs ?? 60_000);
    },
    {
      ...{ initialMs: 100, maxMs: 1000, stableMs: 5000, random: () => 0.5, clock, signal: stop.signal },
      ...options,
    },
  );
  const waits: number[] = [];
  for (const _ of lives) waits.push(await clock.skip());
  await running;
  assert.is(clock.waiting, 0, 'a timer was left');
  return waits;
}

test('waits double up to their limit, if connections fail or end early', async () => {
  const never = undefined;
  assert.equal(await waitsAfter([never, never, never, never, never, never]), [50, 100, 200, 400, 500, 500]);
  assert.equal(await waitsAfter([0, 4999, never, 0, 4999, 0]), [50, 100, 200, 400, 500, 500]);
});

test('waits start again at the initial one after a connection that was up for stableMs', async () => {
  assert.equal(await waitsAfter([0, 0, 0, 5000, 0]), [50, 100, 200, 50, 100]);
});

test('the jitter is full, and the limit applies to the initial wait too', async () => {
  assert.equal(await waitsAfter([0, 0], { random: () => 0 }), [0, 0]);
  const highest = 1 - Number.EPSILON;
  for (const [i, ms] of (await waitsAfter([0, 0], { random: () => highest })).entries())
    assert.ok(ms < 100 * 2 ** i && ms > 99 * 2 ** i);
  assert.equal(await waitsAfter([0, 0], { maxMs: 20 }), [10, 10]);
});

test('a connection that calls `up` twice is up since the first call', async () => {
  const [clock, stop] = [new ManualClock(), new AbortController()];
  let lives = 0;
  const running = keepAlive(
    async up => {
      if (++lives === 3) return stop.abort();
      up();
      clock.advance(5000);
      up();
    },
    { initialMs: 100, maxMs: 1000, stableMs: 5000, random: () => 0.5, clock, signal: stop.signal },
  );
  assert.equal([await clock.skip(), await clock.skip()], [50, 50]);
  await running;
});

test('an abort ends a wait at once; no connection is made after it', async () => {
  const [clock, stop] = [new ManualClock(), new AbortController()];
  let lives = 0;
  const life = async () => {
    lives++;
  };
  const options = { initialMs: 100, maxMs: 1000, stableMs: 5000, clock, signal: stop.signal };
  const running = keepAlive(life, options);
  await settle();
  assert.is(clock.waiting, 1);
  stop.abort();
  await running;
  assert.is(clock.waiting, 0);
  await keepAlive(life, options);
  assert.is(lives, 1);
});

test('the system’s clock is the default, and an abort ends its wait too', async () => {
  const stop = new AbortController();
  let lives = 0;
  const life = async () => {
    if (++lives === 2) setImmediate(() => stop.abort());
  };
  const random = () => (lives === 1 ? 0 : 0.9); // the second wait would take 54 s
  await keepAlive(life, { initialMs: 60_000, maxMs: 60_000, stableMs: 1, random, signal: stop.signal });
  assert.is(lives, 2);
});

test('an error that `run` throws ends the loop', async () => {
  const fault = new TypeError('a fault');
  const stop = new AbortController();
  const running = keepAlive(() => Promise.reject(fault), {
    ...{ initialMs: 1, maxMs: 1, stableMs: 1, signal: stop.signal },
  });
  assert.is(await running.catch(error => error), fault);
});

test.run();
