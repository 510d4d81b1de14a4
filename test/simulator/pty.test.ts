import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { joinPty, PtyError } from '../../simulator/pty.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { refusalOf } from '../refusal.ts';

const dir = temporaryFolder('pty');
test.after(() => rm(dir, { recursive: true }));

test('the path exists while the device is plugged in, and the stream ends when it is unplugged', async () => {
  const ended: Promise<unknown>[] = [];
  const pty = await joinPty({ dir, name: 'pad' }, wire => ended.push(once(wire.resume(), 'close')));
  assert.ok(existsSync(pty.path));
  await pty.unplug();
  assert.not.ok(existsSync(pty.path));
  await ended[0];
  await pty.plug();
  assert.ok(existsSync(pty.path));
  assert.is(ended.length, 2);
  await pty.close();
  await pty.close();
  assert.not.ok(existsSync(pty.path));
});

test('a simulator that is killed leaves no socat behind', async () => {
  const module = new URL('../../simulator/pty.ts', import.meta.url);
  const program = `const { joinPty } = await import(${JSON.stringify(module.href)});
    const { realpath } = await import('node:fs/promises');
    const pty = await joinPty({ dir: ${JSON.stringify(dir)}, name: 'orphan' }, () => {});
    console.log(await realpath(pty.path));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
  const device = String(line).trim();
  assert.ok(existsSync(device));
  const gone = once(parent, 'close');
  parent.kill('SIGKILL');
  await gone;
  // The kernel frees the PTY when socat, the only process that has it open, has ended.
  const deadline = performance.now() + 5000;
  while (existsSync(device) && performance.now() < deadline) await new Promise(setImmediate);
  assert.not.ok(existsSync(device));
});

test('a path that socat would misread is refused', async () => {
  await refusalOf(
    joinPty({ dir, name: 'a,b' }, () => undefined),
    PtyError,
  );
});

test.run();
