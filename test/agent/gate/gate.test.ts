// The gate on its real Unix socket, and agents that come, go and do not behave.
import { once } from 'node:events';
import { rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GateDoor } from '../../../agent/commands/gate-door.ts';
import { type RunningGate, startGate } from '../../../agent/gate/gate.ts';
import { LeftoverJobs } from '../../../agent/gate/print/leftover-jobs.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import type { CommandName } from '../../../drivers/door/types.ts';
import { PageError } from '../../../drivers/page/page-error.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';
import { checked, FakePagePrinter, ordered, printed, type Rig, rig } from './gate-rig.ts';
import { agent, through } from './remote-agent.ts';

const transaction = 'a'.repeat(32);

/** A rig whose commands go over the socket to a gate that runs. */
async function withGate(work: (b: Rig, path: string, gate: RunningGate) => Promise<void>): Promise<void> {
  const folder = temporaryFolder('gate');
  const path = join(folder, 'gate.sock');
  const b = rig(path);
  const gate = await startGate(b.parts);
  try {
    await work(b, path, gate);
  } finally {
    await gate.close();
    await rm(folder, { recursive: true });
  }
}

test('an agent that is lost between job and print: nothing is sent any more, and the next agent gets signed evidence of that', () =>
  withGate(async (b, path) => {
    const first = await agent(path);
    await checked(through(b, first));
    await first.door.call('createJob', { transaction: b.transaction }, { timeoutMs: 1000 });
    first.socket.destroy();
    while (b.printer.canceled.length === 0) await new Promise(setImmediate);
    const remote = through(b, await agent(path));
    const { outcome, evidence } = await remote.call('print', { transaction: b.transaction, timeoutMs: 1000 });
    assert.equal([outcome.result, outcome.impressions, b.printer.documents.length], ['notPrinted', 0, 0]);
    const said = readEvidence(evidence, Buffer.from(b.transaction, 'hex'), b.signingKey.coseKey);
    assert.is(said.result, 'notPrinted');
    await remote.call('close', { transaction: b.transaction, evidenceReceived: true });
    await remote.call('open', { transaction });
  }));

test('a leftover job that waits for its document is cancelled; one that prints, or is not ours, is not', async () => {
  const printer = new FakePagePrinter();
  const job = (id: number, name: string, waits: boolean) => ({
    id,
    uri: `ipp://localhost/${id}`,
    name,
    waits,
  });
  const tries = [() => Promise.reject(new PageError('page/offline', 'away')), async () => printer.leftovers];
  printer.openJobs = () => tries.shift()!();
  printer.leftovers = [
    job(1, 'a'.repeat(32), true),
    job(2, 'b'.repeat(32), false),
    job(3, 'a letter', true),
    job(4, 'c'.repeat(32), true),
  ];
  const clock = new ManualClock();
  const isInUse = (name: string) => name === 'c'.repeat(32);
  const leftovers = new LeftoverJobs({ printer, clock, log: silentLog, isInUse });
  const done = leftovers.look();
  await clock.skip();
  await done;
  assert.equal(printer.canceled, [1]);
});

test('a job whose Create-Job got no answer is found by its name and cancelled, at the latest when the printer is asked how it is', async () => {
  for (const shown of ['at once', 'later'] as const) {
    const b = rig();
    await checked(b);
    const left = { id: 1, uri: '', name: b.transaction, waits: true };
    b.printer.createJob = async () => {
      if (shown === 'at once') b.printer.leftovers = [left];
      throw new PageError('page/offline', 'the answer is lost', { detail: { sent: true } });
    };
    assert.is(await codeOf(b.call('createJob', { transaction: b.transaction })), 'page/offline');
    await settle();
    assert.equal(b.printer.canceled, shown === 'at once' ? [1] : []);
    b.printer.canceled = [];
    b.printer.leftovers = [left];
    b.printer.status = async () => ({ ...(await new FakePagePrinter().status()), ready: false });
    b.native.answers.status = async () => ({
      card: { online: true, present: false },
      pinpad: { online: true },
      receipt: { online: true, cover: 'closed', paper: 'full', error: 'none' },
    });
    await b.call('status', {});
    await settle();
    assert.equal(b.printer.canceled, [], 'while a transaction is open');
    await b.call('close', { transaction: b.transaction, evidenceReceived: true });
    await b.call('status', {});
    await settle();
    assert.equal(b.printer.canceled, [1]);
  }
});

test('a job that is being made is not taken for a leftover one', async () => {
  const b = rig();
  await checked(b);
  b.printer.leftovers = [{ id: 1, uri: '', name: b.transaction, waits: true }];
  const made = Promise.withResolvers<void>();
  b.printer.createJob = async ({ name }) => {
    await made.promise;
    return { id: 1, uri: 'ipp://localhost/1', name };
  };
  const isInUse = (name: string) => b.session.usesJob(name);
  const leftovers = new LeftoverJobs({ ...b.parts, isInUse });
  const job = b.call('createJob', { transaction: b.transaction });
  await leftovers.look();
  made.resolve();
  await job;
  await leftovers.look();
  assert.equal(b.printer.canceled, []);
});

test('a transaction runs over the socket, which user and group alone may touch', () =>
  withGate(async (b, path) => {
    assert.is((await stat(path)).mode & 0o777, 0o660);
    const remote = through(b, await agent(path));
    await checked(remote);
    assert.is((await remote.call('createJob', { transaction: b.transaction })).impressions, 4);
    const { outcome } = await remote.call('print', { transaction: b.transaction, timeoutMs: 1000 });
    assert.is(outcome.result, 'printed');
    assert.equal(
      b.events.map(event => event.name),
      ['printing'],
    );
    await remote.call('close', { transaction: b.transaction, evidenceReceived: true });
  }));

test('a parameter that is not the contract’s is refused at the door', () =>
  withGate(async (_b, path) => {
    const { door } = await agent(path);
    const call = (name: CommandName<GateDoor>, params: unknown) =>
      codeOf(door.call(name, params as never, { timeoutMs: 1000 }));
    assert.is(await call('open', { transaction: '../../etc' }), 'door/badParams');
    assert.is(await call('open', { transaction, more: 1 }), 'door/badParams');
    const chunk = Buffer.alloc((64 << 10) + 1);
    assert.is(await call('putDocument', { transaction, offset: 0, size: 1, chunk }), 'door/badParams');
    assert.is(await call('verifyPin', { transaction, timeoutMs: -1 }), 'door/badParams');
  }));

test('an agent that is lost ends its transaction; the next one begins anew', () =>
  withGate(async (b, path) => {
    const first = await agent(path);
    await ordered(through(b, first));
    first.socket.destroy();
    const second = await agent(path);
    assert.is(
      await codeOf(second.door.call('check', { transaction: b.transaction }, { timeoutMs: 1000 })),
      'gate/noTransaction',
    );
    await second.door.call('open', { transaction }, { timeoutMs: 1000 });
  }));

test('a print under way goes on without its agent, and the next one gets its outcome', () =>
  withGate(async (b, path) => {
    const first = await agent(path);
    await checked(through(b, first));
    await first.door.call('createJob', { transaction: b.transaction }, { timeoutMs: 1000 });
    const { promise: paper, resolve: paperOut } = Promise.withResolvers<void>();
    b.printer.ending = async expected => {
      await paper;
      return printed(expected);
    };
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    const params = { transaction: b.transaction, timeoutMs: 5000 };
    const lost = codeOf(first.door.call('print', params, { timeoutMs: 5000, onEvent: () => begin() }));
    await began;
    first.socket.destroy();
    assert.is(await lost, 'door/closed');
    const second = await agent(path);
    assert.is(
      await codeOf(second.door.call('open', { transaction }, { timeoutMs: 1000 })),
      'gate/transactionOpen',
    );
    const again = second.door.call('print', params, { timeoutMs: 5000 });
    paperOut();
    assert.is((await again).outcome.result, 'printed');
    assert.equal([b.printer.jobs.length, b.printer.documents.length], [1, 1]);
    await second.door.call(
      'close',
      { transaction: b.transaction, evidenceReceived: true },
      { timeoutMs: 1000 },
    );
    await second.door.call('open', { transaction }, { timeoutMs: 1000 });
  }));

test('a second agent waits until the first is gone; a third is turned away', () =>
  withGate(async (_b, path) => {
    const first = await agent(path);
    const second = agent(path);
    const third = connect(path);
    await once(third, 'close');
    await first.door.call('status', {}, { timeoutMs: 1000 }).catch(() => undefined); // the first is still served
    await first.door.call('open', { transaction }, { timeoutMs: 1000 });
    first.door.close();
    const { door } = await second;
    await door.call('open', { transaction }, { timeoutMs: 1000 });
  }));

test('a client that speaks something else is turned away, and the gate goes on', () =>
  withGate(async (_b, path) => {
    const stranger = connect(path);
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    stranger.resume();
    await once(stranger, 'close');
    const { door } = await agent(path);
    await door.call('open', { transaction }, { timeoutMs: 1000 });
  }));

test('devices’ events reach the agent that is there', () =>
  withGate(async (_b, path, gate) => {
    gate.emit({ name: 'cardInserted', payload: {} }); // no agent is there: it has no effect
    const { door } = await agent(path);
    const received = new Promise(resolve => door.onEvent(resolve));
    await door.call('open', { transaction }, { timeoutMs: 1000 });
    gate.emit({ name: 'device', payload: { device: 'native', online: false } });
    assert.match(JSON.stringify(await received), '"native"');
  }));

test('a second gate does not take the socket of one that runs, nor a file that is none', () =>
  withGate(async (b, path) => {
    assert.is(await codeOf(startGate(b.parts)), 'gate/alreadyRunning');
    const file = `${path}.txt`;
    await writeFile(file, '');
    assert.is(
      await codeOf(startGate({ ...b.parts, settings: { ...b.parts.settings, socket: file } })),
      'gate/alreadyRunning',
    );
  }));

test('a socket that a dead gate left is replaced', async () => {
  const folder = temporaryFolder('gate');
  const path = join(folder, 'gate.sock');
  const dead = createServer().listen(`${path}.old`);
  await once(dead, 'listening');
  // kill -9 leaves a socket file at which no process listens
  await import('node:fs/promises').then(fs => fs.link(`${path}.old`, path));
  dead.close();
  await once(dead, 'close');
  const gate = await startGate(rig(path).parts);
  const { door } = await agent(path);
  await door.call('open', { transaction }, { timeoutMs: 1000 });
  await gate.close();
  await rm(folder, { recursive: true });
});

test.run();
