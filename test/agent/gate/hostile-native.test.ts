// A native process under an attacker's control, behind a gate: the gate checks by the door's table what it sends, and drops the rest.

import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gateDoor } from '../../../agent/commands/gate-door.ts';
import { startGate } from '../../../agent/gate/gate.ts';
import { NativeKeeper } from '../../../agent/gate/native/native-keeper.ts';
import type { NativeProcess } from '../../../agent/gate/native/native-process.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { openDoor } from '../../../drivers/door/client.ts';
import { DoorLink } from '../../../drivers/door/door-link.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { notedLog } from '../../drivers/door/raw-server.ts';
import { settings } from '../../drivers/native/settings.ts';
import { codeOf } from '../../refusal.ts';
import { rig } from './gate-rig.ts';
import { certificate } from './services.ts';

const within = { timeoutMs: 5000 };
const identity = { profile: 'mynumber', triesLeft: 3, certificate };

/** A native process that takes its settings, and answers all else with `answer`. */
function nativeThat(answer: (name: string) => unknown): { process: NativeProcess; link: DoorLink } {
  const [near, far] = duplexPair();
  const link = new DoorLink(far);
  link.listen(message => {
    if (message.is !== 'command') return;
    const { id, name } = message;
    link.send({ is: 'acknowledge', id });
    link.send({ is: 'completion', id, ok: name === 'configure' ? {} : answer(name) });
  });
  link.send({ is: 'hello', door: 'madoguchi', version: 1, role: 'native', software: 'raw' });
  const exit = Promise.withResolvers<void>();
  const process: NativeProcess = {
    duplex: near,
    onExit: listener => void exit.promise.then(() => listener({ code: 0, signal: 'none' })),
    kill: () => exit.resolve(),
  };
  return { process, link };
}

interface Hostile {
  answers: Record<string, unknown>;
  link: DoorLink;
  keeper: NativeKeeper;
  log: ReturnType<typeof notedLog>;
  events: unknown[];
  /** Of the agent, at the gate's own door. */
  call: Awaited<ReturnType<typeof agentAt>>['call'];
}

async function agentAt(path: string) {
  const greeting = { role: 'agent', peer: 'gate', software: 'test' } as const;
  return openDoor(connect(path), { ...greeting, table: gateDoor, clock: systemClock, log: silentLog });
}

async function withNative(work: (hostile: Hostile) => Promise<void>): Promise<void> {
  const folder = temporaryFolder('hostile-native');
  const socket = join(folder, 'gate.sock');
  const answers: Record<string, unknown> = { readCard: identity };
  const { process, link } = nativeThat(name => answers[name]);
  const log = notedLog();
  const events: unknown[] = [];
  const online = Promise.withResolvers<void>();
  const keeper = new NativeKeeper({
    start: () => process,
    settings,
    clock: systemClock,
    log,
    random: () => 0,
    onEvent: event => events.push(event),
    onOnline: is => is && online.resolve(),
  });
  keeper.start();
  await online.promise;
  const gate = await startGate({ ...rig(socket).parts, native: keeper, log });
  const door = await agentAt(socket);
  try {
    await work({ answers, link, keeper, log, events, call: door.call.bind(door) });
  } finally {
    await keeper.close();
    door.close();
    await gate.close();
    await rm(folder, { recursive: true });
  }
}

const transaction = 'a'.repeat(32);

const wrongCards: Record<string, [answer: unknown, field: string]> = {
  'less than no tries left': [{ ...identity, triesLeft: -1 }, 'triesLeft'],
  'tries in halves': [{ ...identity, triesLeft: 2.5 }, 'triesLeft'],
  'a certificate of a megabyte': [{ ...identity, certificate: Buffer.alloc(1_000_000) }, 'certificate'],
  'a certificate as text': [{ ...identity, certificate: 'MIIB' }, 'certificate'],
  'a card that there is not': [{ ...identity, profile: 'passport' }, 'profile'],
  'a name beside it': [{ ...identity, holder: '山田太郎' }, '(unknown)'],
  nothing: [null, '(all)'],
};

for (const [what, [answer, field]] of Object.entries(wrongCards))
  test(`readCard that completes with ${what} is door/badResult at the agent, and nothing of it is kept`, () =>
    withNative(async ({ answers, log, call }) => {
      await call('open', { transaction }, within);
      answers.readCard = answer;
      const error = await call('readCard', { transaction }, within).catch(caught => caught);
      assert.equal([error.code, error.detail], ['door/badResult', { command: 'readCard', field }]);
      assert.not.match(JSON.stringify([error, error.message, log.lines]), '山田');
      assert.ok(log.lines.some(([event]) => event === 'result refused'));
      const challenge = Buffer.alloc(32);
      assert.is(await codeOf(call('authenticate', { transaction, challenge }, within)), 'gate/sequence');
      answers.readCard = identity;
      assert.equal(await call('readCard', { transaction }, within), { profile: 'mynumber', triesLeft: 3 });
    }));

test('a signature without algorithm, of an unknown one, or longer than any, is no signature', () =>
  withNative(async ({ answers, call }) => {
    await call('open', { transaction }, within);
    await call('readCard', { transaction }, within);
    const challenge = Buffer.alloc(32);
    for (const wrong of [
      { signature: Buffer.alloc(256) },
      { algorithm: -258, signature: Buffer.alloc(256) },
      { algorithm: -257, signature: Buffer.alloc(513) },
      { algorithm: -257, signature: Buffer.alloc(0) },
    ]) {
      answers.sign = wrong;
      assert.is(await codeOf(call('authenticate', { transaction, challenge }, within)), 'door/badResult');
    }
  }));

test('a state that no device has does not reach the agent', () =>
  withNative(async ({ answers, call }) => {
    const receipt = { online: true, cover: 'closed', paper: 'full', error: 'none' };
    const good = { card: { online: true, present: false }, pinpad: { online: true }, receipt };
    for (const wrong of [
      { ...good, pinpad: { online: true, serial: 'x'.repeat(256) } },
      { ...good, receipt: { ...receipt, paper: 'plenty' } },
      { ...good, card: { online: 'yes', present: false } },
    ]) {
      answers.status = wrong;
      assert.is(await codeOf(call('status', {}, within)), 'door/badResult');
    }
    answers.status = good;
    assert.is((await call('status', {}, within)).native, true);
  }));

test('an event with a field too many is dropped, the next one is passed on, and the process stays', () =>
  withNative(async ({ link, log, events, keeper, call }) => {
    link.send({ is: 'event', name: 'cardInserted', payload: { holder: '山田太郎' } });
    link.send({ is: 'event', name: 'device', payload: { device: 'native', online: false } }); // not its to say
    link.send({ is: 'event', name: 'cardRemoved', payload: {} });
    while (events.length === 0) await new Promise(setImmediate);
    assert.equal(events, [{ name: 'cardRemoved', payload: {} }]);
    const refused = log.lines.filter(([event]) => event === 'event refused');
    assert.equal(refused, [
      ['event refused', { event: 'cardInserted', field: '(unknown)' }],
      ['event refused', { event: 'device', field: 'device' }],
    ]);
    assert.ok(keeper.online);
    await call('open', { transaction }, within);
  }));

test.run();
