// timeout: 120 s
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf } from '../refusal.ts';
import { withDevice } from './device.ts';
import { deviceTest } from './device-test.ts';

const block = (fill: number) => Buffer.alloc(4096, fill);

/** A file whose blocks are there already, so that writing one of them costs no other. */
async function withFile(path: string, run: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'w+');
  try {
    await file.write(Buffer.alloc(64 << 10));
    await file.sync();
    await run(file);
  } finally {
    await file.close();
  }
}

async function write(file: FileHandle, at: number, fill: number): Promise<void> {
  await file.write(block(fill), 0, 4096, at);
  await file.datasync();
}

deviceTest('what is written and flushed stands in the recording, as a write and the flush behind it', () =>
  withDevice({}, (mountPoint, device) =>
    withFile(join(mountPoint, 'file'), async file => {
      await device.record();
      await write(file, 8192, 7);
      const afterOne = device.recorded;
      await write(file, 0, 8);
      const { base, operations } = await device.stop();
      const written = (fill: number) =>
        operations.findIndex(({ data }) => data?.length === 4096 && data.every(byte => byte === fill));
      const flushes = operations.flatMap(({ data }, i) => (data ? [] : i));
      assert.is(written(7), 0);
      assert.ok(flushes[0]! > 0 && flushes[0]! < afterOne, `flushes ${flushes}, ${afterOne} recorded`);
      assert.ok(written(8) >= afterOne && flushes.at(-1)! > written(8));
      assert.is(base.length, 32 << 20);
    }),
  ),
);

deviceTest('each write and flush is counted by the block device, and takes as long as ordered', () =>
  withDevice({ flushMs: 8, blockUs: 2000 }, (mountPoint, device) =>
    withFile(join(mountPoint, 'file'), async file => {
      const before = await device.counters();
      const started = performance.now();
      for (let n = 0; n < 10; n++) await write(file, n * 4096, n);
      const tookMs = performance.now() - started;
      const after = await device.counters();
      assert.is(after.sectorsWritten - before.sectorsWritten, 80);
      assert.is(after.flushes - before.flushes, 10);
      assert.ok(tookMs >= 95, `${tookMs} ms`); // 100, less the millisecond that may be owed
    }),
  ),
);

for (const [what, orders] of [
  ['write', { failWrites: 1 }],
  ['flush', { failFlushes: 1 }],
] as const)
  deviceTest(`a ${what} that the device refuses is EIO for who flushes, and none later`, () =>
    withDevice({}, (mountPoint, device) =>
      withFile(join(mountPoint, 'file'), async file => {
        await device.order(orders);
        assert.is(await codeOf(write(file, 0, 1)), 'EIO');
        await write(file, 0, 2);
      }),
    ),
  );

deviceTest('a device that was mounted again holds what it held', () =>
  withDevice({}, async (mountPoint, device) => {
    await writeFile(join(mountPoint, 'file'), 'kept');
    await device.unmount();
    assert.not.ok(existsSync(join(mountPoint, 'file')));
    await device.mount();
    assert.is(await readFile(join(mountPoint, 'file'), 'utf8'), 'kept');
  }),
);

deviceTest('nothing is left of a device whose process was killed', async () => {
  const path = fileURLToPath(new URL('held-device.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  const [loop, mountPoint] = line.trim().split(' ') as [string, string];
  assert.ok(existsSync(mountPoint));
  child.kill('SIGKILL');
  await once(child, 'close');
  const folder = dirname(mountPoint);
  const backing = () => readFile(`/sys/block/${basename(loop)}/loop/backing_file`, 'utf8').catch(() => '');
  for (let tries = 0; tries < 500 && existsSync(folder); tries++) await sleep(20);
  assert.not.ok(existsSync(folder), `${folder} is still there`);
  assert.not.match(await backing(), folder);
});

test.run();
