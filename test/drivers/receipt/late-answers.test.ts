// An answer that comes after its question was given up must not be taken for the answer to the next one.
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../../drivers/contract/clock.ts';
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

/** Stands still until moved. */
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

test('a late answer is let in before the next question is asked', async () => {
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
  assert.is(line.written.length, 1); // nothing is asked yet
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
  assert.equal(await second, { online: false, cover: 'open', paper: 'low', error: 'none' });
  await driver.close();
});

test.run();
