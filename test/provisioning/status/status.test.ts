// `madoguchi status` against agents that answer, answer nonsense, or are not there.
import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StatusReport } from '../../../agent/counter/status-report.ts';
import { askStatus } from '../../../provisioning/status/ask-status.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { goodDevices } from '../../agent/readiness/all-ready.ts';
import { refusalOf } from '../../refusal.ts';
import { madoguchi } from '../madoguchi.ts';

const dir = temporaryFolder('status');
const socket = join(dir, 'panel.sock');
test.after(() => rmSync(dir, { recursive: true }));

const run = (...args: string[]) => madoguchi('status', ...args);

/** What the command says when the agent's answer is `answer`. */
async function asked(answer: string, statusCode = 200, ...args: string[]) {
  const server = createServer((_, response) => response.writeHead(statusCode).end(answer));
  await new Promise<void>(resolve => server.listen(socket, resolve));
  try {
    return await run('--panel', socket, ...args);
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
}

const transaction = '0123456789abcdef0123456789abcdef';
const inGroups = '01234567 89abcdef 01234567 89abcdef';
const open: StatusReport = {
  ...{
    terminal: 'mitaka-1',
    software: 'madoguchi 0.1.0',
    state: 'open',
    conditions: [],
    devices: goodDevices,
  },
  ...{ panelConnected: true, hubOnline: true, interrupted: [], claims: [] },
  journal: { waiting: 3, reserveReached: false },
};
const reported = (change: Partial<StatusReport>, ...args: string[]) =>
  asked(JSON.stringify({ ...open, ...change }), 200, ...args);

test('an open terminal: everything is there, and the exit code is 0', async () => {
  const { code, said } = await reported({});
  assert.is(code, 0);
  assert.match(said, /mitaka-1: open \(madoguchi 0.1.0\)/);
  assert.match(said, /page printer there/);
  assert.match(said, /3 records not yet/);
  assert.match(said, /claims: none/);
});

test('while somebody is served: which transaction, what staff must do at the printer, and the exit code is 0', async () => {
  const conditions = [{ part: 'page', code: 'page/jam', hint: 'Clear it.', text: '取り除いてください。' }];
  const { code, said } = await reported({
    state: 'serving',
    serving: { transaction, at: 'print' },
    conditions,
  });
  assert.is(code, 0);
  for (const words of ['serving somebody', `under way: ${inGroups} (print)`, '取り除いてください。'])
    assert.ok(said.includes(words), said);
});

test('out of service: each missing condition with its code and what to do, for operator and staff; the exit code is 1', async () => {
  const conditions = [
    { part: 'hub', code: 'hub/offline', hint: 'Check the network.', text: 'お待ちください。' },
    { part: 'page', code: 'page/jam', hint: 'Clear it.', text: '取り除いてください。' },
  ];
  const { code, said } = await reported({ state: 'outOfService', conditions, hubOnline: false });
  assert.is(code, 1, said);
  for (const words of ['OUT OF SERVICE', 'page/jam: Clear it.', '取り除いてください。', 'hub: AWAY'])
    assert.ok(said.includes(words), said);
});

test('how it stands to the hub: broker, clock, certificate and what was not used; and warnings, which close nothing', async () => {
  const hint = 'Have it renewed.';
  const { code, said } = await reported({
    warnings: [{ part: 'certificate', code: 'certificate/ending', hint }],
    hub: {
      ...{ brokerOnline: true, clockAheadMs: -1520, unused: 3 },
      certificate: { file: 'certificate.pem', until: '2026-12-24', days: 24 },
      lastUnused: { topic: 'reply', code: 'protocol/schema', path: 'answer.size' },
    },
  });
  assert.is(code, 0);
  for (const words of [
    `warning: certificate/ending: ${hint}`,
    'to the hub: broker there; clock 1.5 s behind the hub’s; certificate.pem until 2026-12-24 (24 days);',
    '3 messages not used, the last on reply: protocol/schema answer.size',
  ])
    assert.ok(said.includes(words), said);
});

test('why the broker is away, and how fast the line was', async () => {
  const { said } = await reported({
    hubOnline: false,
    hub: {
      ...{ brokerOnline: false, failure: 'link/takenOver', reason: 142, bytesPerSecond: 8_000, unused: 0 },
      certificate: { file: 'certificate.pem', until: '2026-12-24', days: 24 },
    },
  });
  assert.ok(
    said.includes(
      "broker AWAY (link/takenOver, the broker's reason 142); line 64 kbit/s; clock not compared",
    ),
    said,
  );
});

test('who waits for a person: interrupted transactions, and claims by the number on their slip', async () => {
  const { said } = await reported({
    interrupted: [{ transaction, at: 'pay' }],
    claims: [
      { transaction: 'a'.repeat(32), outcome: 'unknown', code: 'print/unknown' },
      {
        ...{
          transaction: 'c'.repeat(32),
          number: '123-456-7890',
          outcome: 'refundDue',
          code: 'pay/declined',
        },
        owedYen: 100,
      },
      { transaction: 'b'.repeat(32), outcome: 'unknown', code: 'print/timeout', paper: 'notPrinted' },
    ],
    journal: { waiting: 900, reserveReached: true, failure: 'journal/full', stopped: 'journal/rolledBack' },
    log: { dropped: 12 },
  });
  for (const words of [
    `end: ${inGroups} (pay)`,
    'aaaaaaaa aaaaaaaa aaaaaaaa aaaaaaaa (unknown, print/unknown)',
    'bbbbbbbb bbbbbbbb bbbbbbbb bbbbbbbb (unknown, print/timeout; the gate has signed since: notPrinted)',
    '123-456-7890, cccccccc cccccccc cccccccc cccccccc (refundDue, pay/declined, 100 yen owed)',
    'the reserve is reached; the disk refuses (journal/full); stopped (journal/rolledBack)',
    'log: 12 lines could not be written since the start',
  ])
    assert.ok(said.includes(words), said);
});

test('a gate that does not answer, or a native process that is away, leaves its devices unknown or away', async () => {
  assert.match((await reported({ devices: undefined })).said, /devices: not known/);
  const { said } = await reported({ devices: { ...goodDevices, native: false } });
  assert.match(said, /card reader AWAY, PIN pad AWAY, receipt printer AWAY, page printer there/);
});

test('as JSON: what the agent said, with what this version does not know', async () => {
  const { code, said } = await asked(JSON.stringify({ ...open, newer: 1 }), 200, '--json');
  assert.equal(JSON.parse(said), { ...JSON.parse(JSON.stringify(open)), newer: 1 });
  assert.is(code, 0);
});

test('what an answer holds commands no terminal', async () => {
  const { said } = await reported({ terminal: 'x\x1b[2Jy', software: 'a\r\nb' });
  assert.not.match(said, /\x1b|\r/);
});

const says = ({ code, said }: { code: number; said: string }, why: RegExp) => {
  assert.is(code, 3, said);
  assert.match(said, why);
  assert.match(said, /provisioning\/noAgent\n.*Start the agent/);
  assert.not.match(said, /\.ts:|^ +at /m);
};

test('no socket, no agent at it, a file: why, what to do, no stack, and the exit code is 3', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, 'no socket');
  says(await run('--panel', join(dir, 'nothing.sock')), /no such socket/);
  says(await run('--panel', join(file, 'panel.sock')), /no such folder/);
  says(await run('--panel', file), /nobody listens|no socket/);
  assert.is((await run()).code, 2, 'no socket was named');
});

test('a socket that this user may not open', async () => {
  const server = createServer().listen(socket);
  await once(server, 'listening');
  chmodSync(socket, 0o600);
  const self = process.geteuid!();
  if (self === 0) process.seteuid!(65_534);
  else chmodSync(socket, 0);
  try {
    says(await run('--panel', socket), /may not open/);
  } finally {
    if (self === 0) process.seteuid!(0);
    server.close();
  }
});

for (const [what, answer, statusCode] of [
  ['half a JSON text', '{', 200],
  ['a list', '[]', 200],
  ['null', 'null', 200],
  ['a report without devices’ words', JSON.stringify({ ...open, devices: { card: 1 } }), 200],
  ['what is longer than any status', 'x'.repeat(2 << 20), 200],
  ['another server', JSON.stringify(open), 426],
] as const)
  test(`${what} is no status`, async () => says(await asked(answer, statusCode), /no agent of this kind/));

test('an agent that answers nothing, or never ends, is given up in time', async () => {
  for (const begin of [() => undefined, (response: ServerResponse) => void response.write('{')]) {
    const server = createServer((_, response) => begin(response)).listen(socket);
    await once(server, 'listening');
    const error = await refusalOf(askStatus(socket, 50));
    assert.is(error.code, 'provisioning/noAgent');
    assert.match(error.message, /nothing came within 0.05 s/);
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

test('one who speaks no HTTP is no agent', async () => {
  const server = createTcpServer(client => client.end('SSH-2.0-x\r\n')).listen(socket);
  await once(server, 'listening');
  says(await run('--panel', socket), /no agent of this kind/);
  server.close();
});

test.run();
