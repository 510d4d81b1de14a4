// How the native process ends when its gate ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const script = fileURLToPath(new URL('../../../drivers/native/main.ts', import.meta.url));

function start() {
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  return { ended: once(child, 'exit'), said: text(child.stderr!), door: child.stdio[3] as Duplex };
}

test('if the gate ends before its greeting, the process ends with one log line and no stack trace', async () => {
  const { ended, said, door } = start();
  door.on('error', () => undefined).destroy();
  assert.equal(await ended, [1, null]);
  const lines = (await said).trim().split('\n');
  assert.is(lines.length, 1, lines.join('\n'));
  const { msg, error } = JSON.parse(lines[0]!);
  assert.equal([msg, error], ['handshake failed', 'door/closed']);
});

test('a peer that is not a gate is refused', async () => {
  const { ended, said, door } = start();
  door.on('error', () => undefined).write(Buffer.alloc(64, 1));
  assert.equal(await ended, [1, null]);
  assert.match(await said, 'handshake failed');
});

test.run();
