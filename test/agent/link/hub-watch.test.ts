// Whether the hub is there, on a clock that the test moves, by a link whose hub the test plays.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HubWatch } from '../../../agent/link/hub-watch.ts';
import { LinkError } from '../../../agent/link/link-error.ts';
import type { Answer } from '../../../agent/protocol/exchange.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { ManualClock, settle } from '../../manual-clock.ts';

const all = { cardAuthentication: true, cardStandard: true, issuing: true };

class WallClock extends ManualClock {
  offsetMs = 1_000_000;
  override wall(): number {
    return this.now() + this.offsetMs;
  }
}

/** A hub that answers each probe after `tookMs`, unless it is `dead`. Its clock is right by `aheadMs`. */
function rig({ online = true, random = 0 } = {}) {
  const clock = new WallClock();
  const hub = {
    dead: false,
    other: false,
    services: all,
    tookMs: 0,
    wall: (): number => clock.wall(),
    asks: 0,
  };
  const state = { online };
  const watchers = new Set<(online: boolean) => void>();
  const log: object[] = [];
  const watch = new HubWatch({
    ...{
      clock,
      log: { ...silentLog, warn: (msg, fields) => log.push({ msg, ...fields }) },
      random: () => random,
    },
    link: {
      get online() {
        return state.online;
      },
      onOnline: watcher => {
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
      async ask(_, { timeoutMs, signal }): Promise<Answer> {
        hub.asks++;
        if (hub.other) throw new LinkError('link/version', { detail: { versions: '2 3' } });
        if (hub.dead) {
          await clock.sleep(timeoutMs, signal).catch(() => {
            throw new LinkError('link/canceled');
          });
          throw new LinkError('link/timeout');
        }
        if (hub.tookMs > 0) await clock.sleep(hub.tookMs, signal);
        return { answer: 'probe', wall: hub.wall(), services: hub.services };
      },
    },
  });
  const changes: string[] = [];
  watch.onChange(() => changes.push([watch.standing.is, ...watch.standing.missing].join(' ')));
  watch.start();
  return {
    ...{ clock, hub, watch, changes, log },
    is: () => watch.standing.is,
    async connect(now: boolean) {
      state.online = now;
      for (const watcher of watchers) watcher(now);
      await settle();
    },
  };
}

test('a broker is no hub: it is there once it has answered on this connection', async () => {
  const { watch, hub, clock, connect, is, changes } = rig({ online: false });
  assert.is(is(), 'offline');
  hub.dead = true;
  await connect(true);
  assert.is(is(), 'offline', 'its first answer is still to come');
  await clock.move(10_000);
  assert.is(is(), 'silent');
  hub.dead = false;
  await clock.move(2500);
  assert.is(is(), 'there');
  await connect(false);
  assert.is(is(), 'offline');
  hub.dead = true;
  await connect(true);
  assert.not(watch.isYoung(60_000), 'an answer on an earlier connection does not count');
  assert.equal(changes, ['silent', 'there', 'offline']);
  watch.close();
});

test('a hub without a version in common is silent, and standing and log say why, until it answers or dies', async () => {
  const { watch, hub, clock, connect, changes, log } = rig({ online: false });
  hub.other = true;
  await connect(true);
  const why = { is: 'silent', missing: [], failure: 'link/version' };
  assert.equal(watch.standing, why);
  await clock.move(2500);
  assert.equal(log, [{ msg: 'hub does not answer', error: 'link/version', versions: '2 3' }], 'once');
  hub.other = false;
  await clock.move(2500);
  assert.equal(watch.standing, { is: 'there', missing: [] });
  assert.equal(changes, ['silent', 'there']);
  hub.other = true;
  for (let ms = 0; ms < 62_500; ms += 2500) await clock.move(2500);
  assert.equal(watch.standing, why);
  [hub.other, hub.dead] = [false, true];
  for (let ms = 0; ms < 15_000; ms += 2500) await clock.move(2500);
  assert.equal(watch.standing, { is: 'silent', missing: [] });
  watch.close();
});

test('a hub that dies is away a minute after its last answer at most, and nobody has to ask', async () => {
  const { watch, hub, clock, is } = rig();
  await settle();
  assert.is(is(), 'there');
  hub.dead = true;
  for (let ms = 0; ms < 60_000; ms += 1000) await clock.move(1000);
  assert.is(is(), 'there');
  await clock.move(1);
  assert.is(is(), 'silent');
  watch.close();
});

test('it is asked every 20 to 40 s, at random, and more often while a service is away', async () => {
  for (const [random, pauseMs] of [
    [0, 20_000],
    [0.5, 30_000],
  ] as const) {
    const { watch, hub, clock, changes } = rig({ random });
    await settle();
    await clock.move(pauseMs - 1);
    assert.is(hub.asks, 1);
    hub.services = { ...all, cardStandard: false };
    await clock.move(1);
    assert.equal([hub.asks, watch.standing], [2, { is: 'there', missing: ['cardStandard'] }]);
    hub.services = all;
    await clock.move(2500 * (1 + random));
    assert.equal(changes, ['there', 'there cardStandard', 'there']);
    watch.close();
  }
});

test('asked for a resident, a hub without an answer within 5 s is away at once, although its last answer is young enough', async () => {
  const { watch, hub, clock, is } = rig();
  await settle();
  await clock.move(15_000);
  hub.dead = true;
  const asked = watch.refresh();
  await clock.move(4999);
  assert.is(is(), 'there');
  await clock.move(1);
  await asked;
  assert.is(is(), 'silent');
  watch.close();
});

test('asked for a resident while it is asked anyway, it is asked once; an answer ends the wait', async () => {
  const { watch, hub, clock, is } = rig();
  await settle();
  await clock.move(19_999);
  hub.tookMs = 300;
  await clock.move(1);
  const asked = watch.refresh();
  await clock.move(300);
  await asked;
  assert.equal([hub.asks, is(), watch.isYoung(0)], [2, 'there', true]);
  watch.close();
});

test('this machine’s clock is compared with the hub’s, and dates nothing where it is off by more than a minute', async () => {
  for (const [offMs, wrong] of [
    [60_000, false],
    [-60_000, false],
    [60_001, true],
    [-86_400_000, true],
  ] as const) {
    const { watch, hub, clock, connect } = rig({ online: false });
    const { time } = watch;
    hub.wall = () => clock.wall() - offMs;
    assert.equal([time.aheadMs, time.isClockWrong], [undefined, false]);
    assert.is(time.corrected.wall(), clock.wall(), 'before the first answer it is taken for right');
    await connect(true);
    assert.equal([time.aheadMs, time.isClockWrong], [offMs, wrong]);
    assert.is(time.corrected.wall(), wrong ? clock.wall() - offMs : clock.wall());
    watch.close();
  }
});

test('the hub’s time is learned at each connect, by its first answer there', async () => {
  const { watch, hub, clock, connect } = rig({ online: false });
  for (const offMs of [5_000, -120_000, 0]) {
    hub.wall = () => clock.wall() - offMs;
    await connect(true);
    assert.is(watch.time.aheadMs, offMs);
    await connect(false);
    assert.is(watch.time.aheadMs, offMs, 'and kept while there is no connection');
  }
  assert.is(hub.asks, 3);
  watch.close();
});

test('a time of the hub’s that is no date is not used', async () => {
  const { watch, hub, connect, is } = rig({ online: false });
  hub.wall = () => Number.MAX_SAFE_INTEGER;
  await connect(true);
  assert.equal([is(), watch.time.aheadMs], ['there', undefined]);
  watch.close();
});

test('a clock that is set wrong between two answers is noticed at once; an answer’s way is halved', async () => {
  const { watch, hub, clock, connect } = rig({ online: false });
  hub.tookMs = 4000;
  hub.wall = () => clock.wall() - 2000; // it answered in the middle of the time
  await connect(true);
  await clock.move(4000);
  assert.is(watch.time.aheadMs, 0);
  clock.offsetMs += 3_600_000;
  assert.is(watch.time.aheadMs, 3_600_000);
  assert.is(watch.time.corrected.wall(), clock.wall() - 3_600_000);
  watch.close();
  await settle();
  assert.is(clock.waiting, 0);
});

test.run();
