import { EventEmitter, once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../drivers/base/clock.ts';
import { keepOpen } from '../../../drivers/line/keep-open.ts';
import type { Line, LineEvents, LineSettings } from '../../../drivers/line/line.ts';
import { LineError } from '../../../drivers/line/line-error.ts';
import { openLine } from '../../../drivers/line/serial-line.ts';
import { joinPty } from '../../../simulator/pty.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { ManualClock } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';

const settings: LineSettings = { baudRate: 1200, dataBits: 7, parity: 'even' };
const dir = temporaryFolder('line');
test.after(() => rm(dir, { recursive: true }));

const echo = (name: string) => joinPty({ dir, name }, wire => wire.pipe(wire));
const open = (path: string) => () => openLine(path, settings, systemClock);

test('bytes are sent and received, control bytes too', async () => {
  const pty = await echo('bytes');
  const line = await open(pty.path)();
  const bytes = Buffer.from([0, 1, 2, 3, 4, 6, 0x0a, 0x0d, 0x11, 0x13, 0x15, 0x7f]);
  let back = Buffer.alloc(0);
  await line.write(bytes);
  while (back.length < bytes.length) {
    const [more] = await once(line, 'data');
    back = Buffer.concat([back, more]);
  }
  assert.ok(back.equals(bytes));
  await line.close();
  await line.close();
  assert.is(await codeOf(line.write(bytes)), 'line/offline');
  await pty.close();
});

test('a path without a device, and a path that is not a serial device', async () => {
  assert.is(await codeOf(open(join(dir, 'nothing'))()), 'line/absent');
  assert.is(await codeOf(open('/dev/null')()), 'line/unusable');
});

test('a device that another program uses', async () => {
  const pty = await echo('held');
  const line = await open(pty.path)();
  assert.is(await codeOf(open(pty.path)()), 'line/busy');
  await line.close();
  const again = await open(pty.path)();
  await again.close();
  await pty.close();
});

test('a disconnected device is detected, ten times out of ten', async () => {
  for (let time = 0; time < 10; time++) {
    const pty = await echo('gone');
    const line = await open(pty.path)();
    const offline = once(line, 'offline');
    await pty.close();
    const [error] = await offline;
    assert.is(error.code, 'line/lost');
    assert.is(line.online, false);
    assert.is(await codeOf(line.write(Buffer.from('A'))), 'line/offline');
  }
});

test('a kept line is online again when its device is connected again', async () => {
  const pty = await echo('kept');
  const line = keepOpen(open(pty.path), systemClock, { initialMs: 5, maxMs: 20 });
  assert.is(line.online, false);
  for (let time = 0; time < 3; time++) {
    if (!line.online) await once(line, 'online');
    const back = once(line, 'data');
    await line.write(Buffer.from('A'));
    assert.is(String((await back)[0]), 'A');
    const offline = once(line, 'offline');
    await pty.unplug();
    await offline;
    assert.is(await codeOf(line.write(Buffer.from('A'))), 'line/offline');
    await pty.plug();
  }
  await line.close();
  await pty.close();
});

test('a kept line tries to open with growing waits until it is closed', async () => {
  const pauses: number[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => {
      pauses.push(ms);
      if (pauses.length < 7) return Promise.resolve();
      resolve();
      return systemClock.sleep(60_000, signal);
    },
  };
  let failures = 0;
  const line = keepOpen(() => openLine(join(dir, 'never'), settings, clock), clock, {
    random: () => 1, // the upper bound of each wait
    onFailure: () => {
      failures += 1;
    },
  });
  await enough;
  await line.close();
  assert.equal(pauses, [250, 500, 1000, 2000, 4000, 5000, 5000]);
  assert.is(failures, 7);
});

test('a device that disconnects again at once is opened less and less often, until it was open for 2 s', async () => {
  const clock = new ManualClock();
  class ShortLine extends EventEmitter<LineEvents> implements Line {
    online = true;
    async write(): Promise<void> {}
    async close(): Promise<void> {}
    lose(): void {
      this.online = false;
      this.emit('offline', new LineError('line/lost', 'short line'));
    }
  }
  let inner = new ShortLine();
  const line = keepOpen(async () => (inner = new ShortLine()), clock, { random: () => 1 });
  const pauses: number[] = [];
  for (const ms of [0, 1999, 0, 2000, 0]) {
    if (!line.online) await once(line, 'online');
    clock.advance(ms);
    inner.lose();
    pauses.push(await clock.skip());
  }
  assert.equal(pauses, [250, 500, 1000, 250, 500]);
  await line.close();
  assert.is(clock.waiting, 0);
});

test.run();
