// An answer does not name its request: only its time shows which request it belongs to.
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../../drivers/base/clock.ts';
import type { Line, LineEvents } from '../../../drivers/line/line.ts';
import { EscPosPrinter } from '../../../drivers/receipt/escpos-printer.ts';
import { escPosProfiles } from '../../../drivers/receipt/profile.ts';

const profile = escPosProfiles.thermal80;

class FakeLine extends EventEmitter<LineEvents> implements Line {
  online = true;
  written: string[] = [];
  async write(bytes: Uint8Array): Promise<void> {
    this.written.push(Buffer.from(bytes).toString('hex'));
  }
  async close(): Promise<void> {}
}

/** A clock that stands still until the test moves it. */
function stillClock(): Clock & { move(ms: number): Promise<void> } {
  let nowMs = 0;
  const sleepers: { at: number; wake(): void }[] = [];
  return {
    now: () => nowMs,
    wall: () => 0,
    sleep: ms => new Promise(wake => sleepers.push({ at: nowMs + ms, wake })),
    async move(ms) {
      nowMs += ms;
      for (const { at, wake } of sleepers) if (at <= nowMs) wake();
      await setImmediate();
    },
  };
}

test('the driver waits for a late answer before the next request', async () => {
  const line = new FakeLine();
  const clock = stillClock();
  const driver = new EscPosPrinter(line, clock, profile);
  const answer = async (hex: string) => {
    line.emit('data', Buffer.from(hex, 'hex'));
    await setImmediate();
  };

  const first = driver.status();
  await setImmediate();
  assert.equal(line.written, ['100401']);
  await clock.move(profile.statusMs);
  assert.is((await first).online, false);

  const second = driver.status();
  await setImmediate();
  assert.is(line.written.length, 1); // no further request yet
  await answer('12'); // late
  await clock.move(profile.statusMs);
  for (const [question, bits] of [
    ['100401', '1a'], // offline
    ['100402', '16'], // cover open
    ['100403', '12'],
    ['100404', '1e'], // paper near its end
  ] as const) {
    assert.is(line.written.at(-1), question);
    await answer(bits);
  }
  assert.equal(await second, { online: true, cover: 'open', paper: 'low', error: 'none' });
  await driver.close();
});

test('one request at a time: a second caller waits until the first has all its answers', async () => {
  const line = new FakeLine();
  const driver = new EscPosPrinter(line, stillClock(), profile);
  const both = [driver.status(), driver.status()];
  for (const turn of [1, 2])
    for (const n of [1, 2, 3, 4]) {
      await setImmediate();
      assert.is(line.written.length, (turn - 1) * 4 + n);
      line.emit('data', Buffer.from('12', 'hex'));
    }
  const good = { online: true, cover: 'closed', paper: 'full', error: 'none' };
  assert.equal(await Promise.all(both), [good, good]);
  await driver.close();
});

test.run();
