// The waits between two lives: their length, what resets them, and what ends the loop.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { jitteredMs } from '../../../drivers/base/back-off.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { type KeepAliveOptions, keepAlive, type Life } from '../../../drivers/base/keep-alive.ts';
import { ManualClock, settle } from '../../manual-clock.ts';

/** The course of one life. Without `upMs` it never comes up. */
interface Fate {
  /** Time until it comes up, or fails, in ms. */
  startMs?: number;
  upMs?: number;
  throws?: unknown;
}

class Rig {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly waits: number[] = [];
  readonly attempts: number[] = [];
  readonly failures: [error: unknown, attempt: number][] = [];
  lives = 0;

  run(life: Life, options: Partial<KeepAliveOptions> = {}): Promise<void> {
    const counted: Life = up => {
      this.lives++;
      return life(up);
    };
    return keepAlive(counted, {
      initialMs: 100,
      maxMs: 1000,
      stableMs: 5000,
      clock: this.clock,
      random: () => 0.5,
      signal: this.stop.signal,
      onFailure: (error, attempt) => this.failures.push([error, attempt]),
      onWait: ({ waitMs, attempt }) => {
        this.waits.push(waitMs);
        this.attempts.push(attempt);
      },
      ...options,
    });
  }

  /** Runs the lives in `fates` with a wait after each, then stops. */
  async play(fates: readonly Fate[], options: Partial<KeepAliveOptions> = {}): Promise<this> {
    const left = [...fates];
    const running = this.run(async up => {
      const { startMs = 0, upMs, throws } = left.shift() ?? {};
      if (this.lives > fates.length) this.stop.abort();
      this.clock.advance(startMs);
      if (upMs !== undefined) up();
      this.clock.advance(upMs ?? 0);
      if (throws !== undefined) throw throws;
    }, options);
    for (const _ of fates) await this.clock.skip();
    await running;
    assert.is(this.clock.waiting, 0, 'a timer was left');
    return this;
  }
}

const times = (count: number, fate: Fate): Fate[] => Array.from({ length: count }, () => fate);
const refused = new MadoguchiError('test/refused', 'Refused', 'Wait');
/** The error of `once(socket, 'connect')` if no process listens. */
const system = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

const outcome = (running: Promise<void>): Promise<unknown> =>
  running.then(
    () => 'resolved',
    error => error,
  );

test('waits double up to their limit while no life comes up, whether it resolves or rejects', async () => {
  const doubled = [50, 100, 200, 400, 500, 500];
  assert.equal((await new Rig().play(times(6, {}))).waits, doubled);
  assert.equal((await new Rig().play(times(6, { throws: refused }))).waits, doubled);
});

test('a thing that comes up and ends at once, repeatedly, is tried less and less often', async () => {
  const { waits, attempts } = await new Rig().play(times(6, { upMs: 200 }));
  assert.equal(waits, [50, 100, 200, 400, 500, 500]);
  assert.equal(attempts, [0, 1, 2, 3, 4, 5]);
});

test('a thing that alternately comes up and fails is tried less and less often too', async () => {
  const turns = times(3, { upMs: 4999 }).flatMap(fate => [fate, { throws: refused }]);
  assert.equal((await new Rig().play(turns)).attempts, [0, 1, 2, 3, 4, 5]);
});

test('a life that was up for stableMs resets the waits; 1 ms less does not', async () => {
  const almost = await new Rig().play([...times(3, {}), { upMs: 4999 }, {}]);
  assert.equal(almost.attempts, [0, 1, 2, 3, 4]);
  const stable = await new Rig().play([...times(3, {}), { upMs: 5000 }, {}]);
  assert.equal(stable.attempts, [0, 1, 2, 0, 1]);
});

test('a stable life that ends with an error resets the waits too, and its error is reported', async () => {
  const rig = await new Rig().play([{}, {}, { upMs: 5000, throws: refused }]);
  assert.equal(rig.attempts, [0, 1, 0]);
  assert.equal(rig.failures, [[refused, 0]]);
});

test('only the time while it is up counts as stable, not the time to come up or to fail', async () => {
  const slow = [...times(2, { startMs: 60_000 }), { startMs: 60_000, upMs: 100 }];
  assert.equal((await new Rig().play(slow)).attempts, [0, 1, 2]);
});

test('a life that calls up twice is up since the first call', async () => {
  const rig = new Rig();
  const running = rig.run(async up => {
    if (rig.lives === 3) rig.stop.abort();
    up();
    rig.clock.advance(5000);
    up();
  });
  await rig.clock.skip();
  await rig.clock.skip();
  await running;
  assert.equal(rig.attempts, [0, 0]);
});

test('a late call of up by a previous life does not make the present one stable', async () => {
  const rig = new Rig();
  let late = () => {};
  const running = rig.run(async up => {
    if (rig.lives === 3) rig.stop.abort();
    late();
    late = up;
    rig.clock.advance(5000);
  });
  await rig.clock.skip();
  await rig.clock.skip();
  await running;
  assert.equal(rig.attempts, [0, 1]);
});

test('counted separately, a thing that failed often is tried soon while it starts, and its failures stay counted', async () => {
  const fates = [...times(3, { upMs: 1 }), ...times(2, {}), { upMs: 1 }, {}, { upMs: 5000 }, { upMs: 1 }];
  const { attempts } = await new Rig().play(fates, { countsApart: true });
  assert.equal(attempts, [0, 1, 2, 0, 1, 3, 0, 0, 1]);
});

test('full jitter: from 0 to just below the upper bound, which doubles up to maxMs', () => {
  const backOff = { initialMs: 100, maxMs: 1000 };
  const highest = 1 - Number.EPSILON;
  for (const [attempt, bound] of [100, 200, 400, 800, 1000, 1000].entries()) {
    assert.is(
      jitteredMs(backOff, attempt, () => 0),
      0,
    );
    const ms = jitteredMs(backOff, attempt, () => highest);
    assert.ok(ms < bound && ms > bound * 0.999, `${ms} of ${bound}`);
  }
});

test('the limit holds for any number of failures, and if the initial bound is above it', () => {
  for (const attempt of [40, 1023, 1024, Number.MAX_SAFE_INTEGER])
    assert.is(
      jitteredMs({ initialMs: 100, maxMs: 1000 }, attempt, () => 0.5),
      500,
    );
  assert.is(
    jitteredMs({ initialMs: 100, maxMs: 20 }, 0, () => 0.5),
    10,
  );
});

test('each wait has its own random number', async () => {
  const numbers = [0.25, 0.75, 0.5];
  const { waits } = await new Rig().play(times(3, {}), { random: () => numbers.shift()! });
  assert.equal(waits, [25, 150, 200]);
});

test('no wait is shorter than minMs, even above maxMs; longer waits do not change', async () => {
  const none = await new Rig().play([{}], { random: () => 0 });
  assert.equal(none.waits, [0], 'none by default');
  const low = await new Rig().play(times(3, {}), { minMs: 100 });
  assert.equal(low.waits, [100, 100, 200]);
  const above = await new Rig().play(times(2, {}), { minMs: 2000 });
  assert.equal(above.waits, [2000, 2000]);
});

test('after some errors the waits are longer, and their count begins anew only after a long life', async () => {
  const takenOver = new MadoguchiError('test/slow', 'slow', '');
  const slow = (error: unknown) =>
    error === takenOver ? { initialMs: 30_000, maxMs: 60_000, minMs: 20_000 } : undefined;
  const fates = [6_000, 6_000, 6_000, 60_000].map(upMs => ({ upMs, throws: takenOver }));
  const other = { throws: new MadoguchiError('test/other', 'other', '') };
  const { waits } = await new Rig().play([...fates, other], { slow });
  assert.equal(waits, [20_000, 30_000, 30_000, 20_000, 100]);
});

test('the loop sleeps for the whole wait on the clock, and only one life runs at a time', async () => {
  const rig = new Rig();
  const end = Promise.withResolvers<void>();
  const running = rig.run(up => {
    up();
    return rig.lives === 1 ? Promise.resolve() : end.promise;
  });
  await settle(); // it waits
  await rig.clock.move(49);
  assert.is(rig.lives, 1);
  await rig.clock.move(1);
  assert.is(rig.lives, 2);
  await rig.clock.move(60_000);
  assert.is(rig.lives, 2);
  rig.stop.abort();
  end.resolve();
  await running;
});

test('a clock that jumps an hour ahead during a wait starts one life, not many', async () => {
  const rig = new Rig();
  const running = rig.run(() => Promise.resolve());
  await settle(); // it waits
  await rig.clock.move(3_600_000);
  assert.is(rig.lives, 2);
  assert.equal(rig.attempts, [0, 1]);
  rig.stop.abort();
  await running;
});

test('a clock that goes back makes no life stable and no wait wrong', async () => {
  const rig = new Rig();
  const running = rig.run(async up => {
    if (rig.lives === 3) rig.stop.abort();
    up();
    rig.clock.advance(-3_600_000);
  });
  await rig.clock.skip();
  await rig.clock.skip();
  await running;
  assert.equal(rig.waits, [50, 100]);
});

test('the first life begins at once; none begins if the signal is already aborted', async () => {
  const rig = new Rig();
  const end = Promise.withResolvers<void>();
  const running = rig.run(() => end.promise);
  assert.is(rig.lives, 1);
  rig.stop.abort();
  end.resolve();
  await running;
  await rig.run(() => Promise.resolve());
  assert.is(rig.lives, 1);
});

test('an abort during a wait ends it at once and leaves no timer', async () => {
  const rig = new Rig();
  const running = rig.run(() => Promise.resolve());
  await settle();
  assert.is(rig.clock.waiting, 1);
  rig.stop.abort();
  await running;
  assert.is(rig.lives, 1);
  assert.is(rig.clock.waiting, 0);
});

test('an abort during a life waits for its end, reports no failure and does not wait any more', async () => {
  const rig = new Rig();
  const end = Promise.withResolvers<void>();
  const running = rig.run(up => {
    up();
    return end.promise;
  });
  let isOver = false;
  void running.then(() => {
    isOver = true;
  });
  rig.stop.abort();
  await settle();
  assert.not(isOver);
  end.reject(refused);
  await running;
  assert.equal([rig.failures, rig.waits], [[], []]);
});

test('an abort inside a hook ends the loop', async () => {
  const rig = new Rig();
  await rig.run(() => Promise.reject(refused), { onFailure: () => rig.stop.abort() });
  assert.is(rig.lives, 1);
});

test('each expected error, ours and the system’s, is reported with its attempt', async () => {
  const rig = await new Rig().play([{ throws: refused }, {}, { throws: system }]);
  assert.equal(rig.failures, [
    [refused, 0],
    [system, 2],
  ]);
});

test('an error that is not expected ends the loop, even during the end', async () => {
  for (const wrong of [new TypeError('a fault'), 'no error', undefined, new DOMException('gone')]) {
    const rig = new Rig();
    assert.is(await outcome(rig.run(() => Promise.reject(wrong))), wrong);
    assert.is(rig.lives, 1);
    assert.equal([rig.failures, rig.waits], [[], []]);
  }
  const rig = new Rig();
  const wrong = new TypeError('a fault');
  const running = rig.run(async () => {
    rig.stop.abort();
    throw wrong;
  });
  assert.is(await outcome(running), wrong);
});

test('a life that throws before it returns a promise is handled in the same way', async () => {
  const rig = new Rig();
  const running = rig.run(() => {
    if (rig.lives === 1) throw refused;
    throw new TypeError('a fault');
  });
  await rig.clock.skip();
  assert.instance(await outcome(running), TypeError);
  assert.equal(rig.failures, [[refused, 0]]);
});

test('the caller defines which errors are expected', async () => {
  const rig = new Rig();
  const isExpected = (error: unknown) => error === system;
  const running = rig.run(() => Promise.reject(rig.lives === 1 ? system : refused), { isExpected });
  await rig.clock.skip();
  assert.is(await outcome(running), refused);
});

test('a sleep that fails by itself ends the loop', async () => {
  const rig = new Rig();
  const broken = new Error('no timers');
  rig.clock.sleep = () => Promise.reject(broken);
  assert.is(await outcome(rig.run(() => Promise.resolve())), broken);
});

test.run();
