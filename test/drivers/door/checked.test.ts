// Everything that passes a door is checked against its table at both ends: results, events of commands and of the server.
import { duplexPair } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { nothing } from '../../../drivers/contract/fields.ts';
import { openDoor } from '../../../drivers/door/client.ts';
import { serveDoor } from '../../../drivers/door/server.ts';
import type { CommandContext, CommandEventOf } from '../../../drivers/door/types.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';
import { notedLog, rawServer } from './raw-server.ts';

const table = {
  commands: {
    read: {
      params: nothing,
      result: v.strictObject({ tries: v.pipe(v.number(), v.minValue(0)) }),
      events: { prompted: nothing, counted: v.strictObject({ pages: v.number() }) },
    },
    put: { params: v.strictObject({ key: v.pipe(v.string(), v.length(4)) }), result: nothing },
  },
  events: { came: nothing, device: v.strictObject({ online: v.boolean() }) },
};
type Table = typeof table;

const within = { timeoutMs: 1000 };
/** Texts that must never be in an error or a log. */
const secret = 'hunter2';
const tells = (...said: unknown[]) => JSON.stringify(said).includes(secret);

test('an invalid result fails the call with its field but without its value; the door stays open', async () => {
  const results: unknown[] = [
    { tries: -1 },
    { tries: secret },
    { tries: 1, [secret]: 1 },
    {},
    null,
    { tries: 3 },
  ];
  const { door, log } = await rawServer(table, ({ id }, link) =>
    link.send({ is: 'completion', id, ok: results.shift() }),
  );
  const fields: unknown[] = [];
  while (results.length > 1) {
    const error = await door.call('read', {}, within).catch(caught => caught);
    assert.is(error.code, 'door/badResult');
    assert.is(error.detail.command, 'read');
    assert.not(tells(error, error.message, error.hint, log.lines));
    fields.push(error.detail.field);
  }
  assert.equal(fields, ['tries', 'tries', '(unknown)', 'tries', '(all)']);
  assert.equal(log.lines[0], ['result refused', { command: 'read', field: 'tries' }]);
  assert.is(log.lines.length, 5);
  assert.equal(await door.call('read', {}, within), { tries: 3 });
});

test('an invalid completion after the deadline is ignored like a valid one', async () => {
  const ids: number[] = [];
  const { door, link, clock, log } = await rawServer(table, ({ id }) => void ids.push(id));
  const call = codeOf(door.call('read', {}, within));
  await settle();
  await clock.move(1000);
  assert.is(await call, 'door/timeout');
  link.send({ is: 'completion', id: ids[0]!, ok: 'nonsense' });
  link.send({ is: 'event', id: ids[0]!, name: 'nonsense', payload: 1 });
  await settle();
  assert.equal(log.lines, []);
});

test('events of a command that the table does not have are dropped and logged once; nothing ends', async () => {
  const { door, log } = await rawServer(table, ({ id }, link) => {
    const event = (name: string, payload: unknown) => link.send({ is: 'event', id, name, payload });
    for (let i = 0; i < 50; i++) event('counted', { pages: secret });
    for (let i = 0; i < 50; i++) event(`${secret}${i}`, {});
    event('came', {}); // the server's own, not this command's
    event('toString', {});
    event('prompted', { more: 1 });
    event('counted', { pages: 2 });
    event('prompted', {});
    link.send({ is: 'completion', id, ok: { tries: 0 } });
  });
  const seen: unknown[] = [];
  assert.equal(await door.call('read', {}, { ...within, onEvent: event => seen.push(event) }), { tries: 0 });
  assert.equal(seen, [
    { name: 'counted', payload: { pages: 2 } },
    { name: 'prompted', payload: {} },
  ]);
  assert.equal(log.lines, [
    ['event refused', { command: 'read', event: 'counted', field: 'pages' }],
    ['event refused', { command: 'read', event: '(unknown)', field: '(name)' }],
    ['event refused', { command: 'read', event: 'prompted', field: '(unknown)' }],
  ]);
  assert.not(tells(log.lines));
});

test('events of the server itself are checked too, and the door stays open', async () => {
  const { door, link, log } = await rawServer(table, ({ id }, back) =>
    back.send({ is: 'completion', id, ok: { tries: 0 } }),
  );
  const seen: unknown[] = [];
  door.onEvent(event => seen.push(event));
  const event = (name: string, payload: unknown) => link.send({ is: 'event', name, payload });
  event('device', { online: true, [secret]: 1 });
  event('device', { online: 'yes' });
  event('prompted', {}); // a command's
  event('device', { online: true });
  await settle();
  assert.equal(seen, [{ name: 'device', payload: { online: true } }]);
  assert.equal(log.lines, [
    ['event refused', { event: 'device', field: '(unknown)' }],
    ['event refused', { event: '(unknown)', field: '(name)' }],
  ]);
  assert.equal(await door.call('read', {}, within), { tries: 0 });
});

/** A real server with this implementation of `read`. */
async function served(read: (context: CommandContext<CommandEventOf<Table>>) => Promise<unknown>) {
  const [a, b] = duplexPair();
  const clock = new ManualClock();
  const log = notedLog();
  const clientLog = notedLog();
  const client = { role: 'agent', peer: 'gate', software: 'test', table, clock, log: clientLog } as const;
  const server = { role: 'gate', peer: 'agent', software: 'test', table, clock, log } as const;
  const commands = {
    read: {
      run: (_: unknown, context: CommandContext<CommandEventOf<Table>>) => read(context) as Promise<never>,
    },
    put: { run: async () => ({}) },
  };
  const [door, end] = await Promise.all([openDoor(a, client), serveDoor(b, { ...server, commands })]);
  return { door, end, log, clientLog };
}

test('our own invalid result is not sent: the command fails, the server logs it and continues', async () => {
  const results: unknown[] = [{ tries: -1 }, () => secret, undefined, { tries: 2n }, { tries: 2 }];
  const { door, log, clientLog } = await served(async () => results.shift());
  while (results.length > 1) {
    const error = await door.call('read', {}, within).catch(caught => caught);
    assert.is(error.code, 'door/badResult');
  }
  assert.equal(log.lines[0], ['result refused', { command: 'read', field: 'tries' }]);
  assert.is(log.lines.length, 4);
  assert.equal(clientLog.lines, [], 'it never came to the client');
  assert.equal(await door.call('read', {}, within), { tries: 2 });
});

test('our own invalid event is not sent, and the server logs it', async () => {
  const { door, end, log, clientLog } = await served(async ({ emit }) => {
    emit({ name: 'counted', payload: { pages: secret } } as never);
    emit({ name: 'counted', payload: { pages: 1 } });
    return { tries: 1 };
  });
  const seen: unknown[] = [];
  door.onEvent(event => seen.push(event));
  end.emit({ name: 'device', payload: { online: secret } } as never);
  end.emit({ name: 'device', payload: { online: false } });
  await door.call('read', {}, { ...within, onEvent: event => seen.push(event) });
  assert.equal(seen, [
    { name: 'device', payload: { online: false } },
    { name: 'counted', payload: { pages: 1 } },
  ]);
  assert.equal(log.lines, [
    ['event refused', { event: 'device', field: 'online' }],
    ['event refused', { command: 'read', event: 'counted', field: 'pages' }],
  ]);
  assert.equal(clientLog.lines, []);
});

test('refused parameters are reported by command and field, without their value', async () => {
  const { door, log } = await served(async () => ({ tries: 1 }));
  for (const [params, field] of [
    [{ key: secret }, 'key'],
    [{ key: '1234', [secret]: 1 }, '(unknown)'],
    [secret, '(all)'],
  ]) {
    const error = await door.call('put', params as never, within).catch(caught => caught);
    assert.equal([error.code, error.detail], ['door/badParams', { name: 'put', field }]);
    assert.not(tells(error, error.message, error.hint, log.lines));
  }
});

test.run();
