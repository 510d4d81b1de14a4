// `madoguchi status` against agents that answer, answer nonsense, or are not there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StatusReport } from '../../agent/health/status.ts';
import { runCommandLine } from '../../provisioning/command-line.ts';
import { status } from '../../provisioning/commands/status.ts';
import { goodDevices } from '../agent/health/good-legs.ts';

const dir = mkdtempSync(join(tmpdir(), 'status-'));
const socket = join(dir, 'panel.sock');
test.after(() => rmSync(dir, { recursive: true }));

async function run(...args: string[]) {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const code = await runCommandLine(['status', ...args], [status], { out: print, error: print });
  return { code, said: lines.join('\n') };
}

/** What is said of an agent that answers so. */
async function asked(answer: string, statusCode = 200, ...args: string[]) {
  const server = createServer((_, response) => response.writeHead(statusCode).end(answer));
  await new Promise<void>(resolve => server.listen(socket, resolve));
  try {
    return await run('--panel', socket, ...args);
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
}

const open: StatusReport = {
  ...{ terminal: 'mitaka-1', software: 'madoguchi 0.1.0', state: 'open', legs: [], devices: goodDevices },
  ...{ panelConnected: true, hubOnline: true, interrupted: 0, claims: [] },
  journal: { waiting: 3, reserveReached: false },
};

test('an open terminal: everything is there, and the exit code is 0', async () => {
  const { code, said } = await asked(JSON.stringify(open));
  assert.is(code, 0);
  assert.match(said, /mitaka-1: open/);
  assert.match(said, /page printer there/);
  assert.match(said, /3 records wait/);
});

test('out of service: each leg with its code and what to do, for operator and staff; claims; the exit code is 1', async () => {
  const legs = [{ leg: 'page', code: 'page/jam', hint: 'Clear it.', text: '取り除いてください。' }] as const;
  const claims = [{ transaction: 'a'.repeat(32), outcome: 'unknown', code: 'print/unknown' }] as const;
  const { code, said } = await asked(
    JSON.stringify({ ...open, state: 'outOfService', legs, claims, devices: undefined }),
  );
  assert.is(code, 1, said);
  for (const words of [
    'OUT OF SERVICE',
    'page/jam: Clear it.',
    '取り除いてください。',
    'a'.repeat(32),
    'page printer away',
  ])
    assert.ok(said.includes(words), said);
});

test('as JSON: what the agent said', async () => {
  const { said } = await asked(JSON.stringify(open), 200, '--json');
  assert.equal(JSON.parse(said), JSON.parse(JSON.stringify(open)));
});

test('no agent, a socket nobody listens on, nonsense, another server: what to do, and no stack', async () => {
  writeFileSync(join(dir, 'file'), 'no socket');
  const all = [
    await run('--panel', join(dir, 'nothing.sock')),
    await run('--panel', join(dir, 'file')),
    await asked('{'),
    await asked('[]'),
    await asked('null'),
    await asked('', 426),
  ];
  for (const { code, said } of all) {
    assert.is(code, 1, said);
    assert.match(said, 'provisioning/noAgent');
    assert.match(said, /Start the agent/);
    assert.not.match(said, /at .*\.ts:/);
  }
  assert.is((await run()).code, 2, 'no socket was named');
});

test.run();
