import { duplexPair } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { silentLog } from '../../../drivers/base/log.ts';
import { nothing } from '../../../drivers/contract/fields.ts';
import { type Door, openDoor } from '../../../drivers/door/client.ts';
import { DoorLink } from '../../../drivers/door/door-link.ts';
import { type DoorMessage, encodeMessage } from '../../../drivers/door/message.ts';
import { type ServedDoor, serveDoor } from '../../../drivers/door/server.ts';
import type { CommandContext, CommandEventOf, CommandSet } from '../../../drivers/door/types.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { codeOf, refusalOf } from '../../refusal.ts';

const table = {
  commands: {
    add: {
      params: v.strictObject({ a: v.number(), b: v.number() }),
      result: v.strictObject({ sum: v.number() }),
    },
    wait: {
      params: nothing,
      result: v.strictObject({ end: v.string() }),
      events: { pinPrompted: nothing, counted: v.strictObject({ pages: v.number() }) },
    },
    fail: { params: v.strictObject({ how: v.picklist(['coded', 'plain']) }), result: nothing },
  },
  events: { cardInserted: nothing },
};
type Table = typeof table;

interface Ends {
  clock: ManualClock;
  door: Door<Table>;
  served: ServedDoor<Table>;
  /** For each running `wait`: its context, and a function that ends it. */
  waits: { context: CommandContext<CommandEventOf<Table>>; end: (how: string) => void }[];
}

function commandsFor(waits: Ends['waits']): CommandSet<Table> {
  return {
    add: {
      run: async ({ a, b }) => ({ sum: a + b }),
    },
    wait: {
      run: (_params, context) =>
        new Promise((resolve, reject) => {
          waits.push({ context, end: end => resolve({ end }) });
          context.signal.addEventListener('abort', () => reject(context.signal.reason));
        }),
    },
    fail: {
      run: async ({ how }) => {
        if (how === 'plain') throw new TypeError('secret of the inside');
        throw new MadoguchiError('card/wrongPin', 'wrong', 'again', {
          completion: 'userError',
          detail: { triesLeft: 2 },
        });
      },
    },
  };
}

const server = { role: 'gate', peer: 'agent', software: 'test', table, log: silentLog } as const;
const client = { role: 'agent', peer: 'gate', software: 'test', table, log: silentLog } as const;

const hello = { is: 'hello', door: 'madoguchi', version: 1, role: 'gate', software: 'x' } as const;

async function bothEnds(limits: { maxPending?: number; maxRunning?: number } = {}): Promise<Ends> {
  const clock = new ManualClock();
  const waits: Ends['waits'] = [];
  const [a, b] = duplexPair();
  const [door, served] = await Promise.all([
    openDoor(a, { ...client, clock, ...limits }),
    serveDoor(b, {
      ...server,
      commands: commandsFor(waits),
      clock,
      ...limits,
    }),
  ]);
  return { clock, door, served, waits };
}

test('a command completes with its result and leaves no timer', async () => {
  const { door, clock } = await bothEnds();
  assert.equal(await door.call('add', { a: 2, b: 3 }, { timeoutMs: 100 }), { sum: 5 });
  await settle();
  assert.is(clock.waiting, 0);
});

test('commands run concurrently and complete in any order', async () => {
  const { door, waits } = await bothEnds();
  const first = door.call('wait', {}, { timeoutMs: 100 });
  const second = door.call('wait', {}, { timeoutMs: 100 });
  await settle();
  waits[1]!.end('second');
  assert.equal(await second, { end: 'second' });
  waits[0]!.end('first');
  assert.equal(await first, { end: 'first' });
});

test('a coded error is sent unchanged; any other error is sent without its message', async () => {
  const { door } = await bothEnds();
  const coded = await refusalOf(door.call('fail', { how: 'coded' }, { timeoutMs: 100 }));
  assert.is(coded.code, 'card/wrongPin');
  assert.equal([coded.completion, coded.detail, coded.hint], ['userError', { triesLeft: 2 }, 'again']);
  const plain = await refusalOf(door.call('fail', { how: 'plain' }, { timeoutMs: 100 }));
  assert.is(plain.code, 'door/internal');
  assert.not.match(JSON.stringify([plain, plain.message, plain.hint]), 'secret');
});

test('unknown commands and invalid parameters are refused by the server', async () => {
  const { door } = await bothEnds();
  assert.is(
    await codeOf(door.call('nothing' as 'add', { a: 1, b: 1 }, { timeoutMs: 9 })),
    'door/unknownCommand',
  );
  assert.is(
    await codeOf(door.call('toString' as 'add', { a: 1, b: 1 }, { timeoutMs: 9 })),
    'door/unknownCommand',
  );
  const wrong = await refusalOf(door.call('add', { a: 1, b: '2' as never }, { timeoutMs: 9 }));
  assert.equal([wrong.code, wrong.detail.field], ['door/badParams', 'b']);
});

test('a deadline ends the call and the command on both sides', async () => {
  const { door, waits, clock } = await bothEnds();
  const call = codeOf(door.call('wait', {}, { timeoutMs: 500 }));
  await settle();
  assert.is(waits[0]!.context.deadlineMs, 500);
  await clock.move(499);
  assert.not(waits[0]!.context.signal.aborted);
  await clock.move(1);
  assert.is(await call, 'door/timeout');
  assert.ok(waits[0]!.context.signal.aborted);
});

test('a command that is too long to be sent leaves the door open', async () => {
  const { door, clock } = await bothEnds();
  const b = Buffer.alloc(2 << 20) as never;
  assert.is(await codeOf(door.call('add', { a: 1, b }, { timeoutMs: 100 })), 'door/frame');
  await clock.move(60_000);
  assert.equal(await door.call('add', { a: 2, b: 3 }, { timeoutMs: 100 }), { sum: 5 });
});

test('a completion after the deadline is ignored', async () => {
  const clock = new ManualClock();
  const [a, b] = duplexPair();
  const link = new DoorLink(b);
  link.listen(message => {
    if (message.is !== 'command') return;
    if (message.id === 2) link.send({ is: 'completion', id: 1, ok: { sum: -1 } }); // for the first command, too late
    if (message.id === 2) link.send({ is: 'completion', id: 2, ok: { sum: 2 } });
  });
  link.send(hello);
  const door = await openDoor(a, { ...client, clock });
  const call = codeOf(door.call('add', { a: 1, b: 1 }, { timeoutMs: 10 }));
  await settle();
  await clock.move(10);
  assert.is(await call, 'door/timeout');
  assert.equal(await door.call('add', { a: 1, b: 1 }, { timeoutMs: 100 }), { sum: 2 });
});

test('a cancel reaches the command, and its completion decides the result', async () => {
  const { door, waits } = await bothEnds();
  const stop = new AbortController();
  const call = codeOf(door.call('wait', {}, { timeoutMs: 500, signal: stop.signal }));
  await settle();
  stop.abort();
  assert.is(await call, 'door/canceled');
  assert.is((waits[0]!.context.signal.reason as MadoguchiError).code, 'door/canceled');
});

test('more commands than either side accepts are refused, not queued', async () => {
  const few = await bothEnds({ maxPending: 1 });
  void codeOf(few.door.call('wait', {}, { timeoutMs: 500 }));
  assert.is(await codeOf(few.door.call('add', { a: 1, b: 1 }, { timeoutMs: 9 })), 'door/queueFull');
  const busy = await bothEnds({ maxRunning: 1 });
  void codeOf(busy.door.call('wait', {}, { timeoutMs: 500 }));
  assert.is(await codeOf(busy.door.call('add', { a: 1, b: 1 }, { timeoutMs: 9 })), 'door/queueFull');
});

test('when the door closes, pending calls fail and running commands are aborted', async () => {
  const { door, served, waits } = await bothEnds();
  const call = codeOf(door.call('wait', {}, { timeoutMs: 500 }));
  await settle();
  served.close();
  assert.is(await call, 'door/closed');
  assert.ok(waits[0]!.context.signal.aborted);
  assert.is(await codeOf(door.call('add', { a: 1, b: 1 }, { timeoutMs: 9 })), 'door/closed');
});

test('events of a command go to its caller, others to every listener', async () => {
  const { door, served, waits } = await bothEnds();
  const seen: unknown[] = [];
  door.onEvent(event => seen.push(event.name));
  const call = door.call('wait', {}, { timeoutMs: 500, onEvent: event => seen.push(event.name) });
  await settle();
  waits[0]!.context.emit({ name: 'pinPrompted', payload: {} });
  served.emit({ name: 'cardInserted', payload: {} });
  waits[0]!.end('done');
  await call;
  assert.equal(seen, ['pinPrompted', 'cardInserted']);
});

test('an event that is forwarded through two doors reaches the caller of the first', async () => {
  const [outer, inner] = [await bothEnds(), await bothEnds()];
  await inner.door.call('add', { a: 1, b: 1 }, { timeoutMs: 9 }); // so that the ids differ
  const seen: unknown[] = [];
  const call = outer.door.call('wait', {}, { timeoutMs: 500, onEvent: event => seen.push(event) });
  await settle();
  const { emit } = outer.waits[0]!.context;
  const behind = inner.door.call('wait', {}, { timeoutMs: 500, onEvent: emit });
  await settle();
  inner.waits[0]!.context.emit({ name: 'pinPrompted', payload: {} });
  inner.waits[0]!.end('done');
  await behind;
  outer.waits[0]!.end('done');
  await call;
  assert.equal(seen, [{ name: 'pinPrompted', payload: {} }]);
});

/** A raw peer that sends `messages`. Returns the code that ends the greeting of a client. */
async function greetedBy(messages: readonly DoorMessage[] | Buffer): Promise<unknown> {
  const [a, b] = duplexPair();
  const opened = codeOf(openDoor(a, { ...client, clock: new ManualClock() }));
  b.resume();
  if (Buffer.isBuffer(messages)) b.write(messages);
  else for (const message of messages) b.write(encodeMessage(message));
  return opened;
}

test('another version, role or protocol is refused at the greeting', async () => {
  assert.is(await greetedBy([{ ...hello, version: 2 }]), 'door/version');
  assert.is(await greetedBy([{ ...hello, role: 'native' }]), 'door/role');
  assert.is(await greetedBy([{ is: 'cancel', id: 1 }]), 'door/protocol');
  assert.is(await greetedBy(Buffer.from('GET / HTTP/1.1\r\n\r\n')), 'door/frame');
});

test('both sides detect a different version', async () => {
  const [a, b] = duplexPair();
  const opened = codeOf(openDoor(a, { ...client, clock: new ManualClock() }));
  const link = new DoorLink(b);
  const received = new Promise<DoorMessage>(resolve => link.listen(resolve));
  link.send({ ...hello, version: 2 });
  assert.is(await opened, 'door/version');
  assert.is(((await received) as typeof hello).version, 1);
});

test('the door closes after five seconds if the other side sends no greeting', async () => {
  const clock = new ManualClock();
  const [a] = duplexPair();
  const opened = codeOf(openDoor(a, { ...client, clock }));
  await clock.move(5000);
  assert.is(await opened, 'door/handshake');
});

test('the id of a running command, used again, closes the door', async () => {
  const [a, b] = duplexPair();
  const waits: Ends['waits'] = [];
  const served = serveDoor(b, {
    ...server,
    commands: commandsFor(waits),
    clock: new ManualClock(),
  });
  const link = new DoorLink(a);
  link.listen(() => {});
  link.send({ ...hello, role: 'agent' });
  const { promise: why, resolve } = Promise.withResolvers<unknown>();
  (await served).onClose(error => resolve(error.code));
  for (let i = 0; i < 2; i++) link.send({ is: 'command', id: 1, name: 'wait', params: {}, timeoutMs: 9 });
  assert.is(await why, 'door/protocol');
});

test('if the other side stops reading, the door closes before our memory fills', async () => {
  const [a, b] = duplexPair();
  const opening = openDoor(a, { ...client, clock: new ManualClock() });
  b.write(encodeMessage(hello));
  const door = await opening;
  const { promise: why, resolve } = Promise.withResolvers<unknown>();
  door.onClose(error => resolve(error.code));
  const large = 'x'.repeat(500_000);
  for (let i = 0; i < 12; i++)
    void codeOf(door.call('add', { a: 1, b: 2, large } as never, { timeoutMs: 9 }));
  assert.is(await why, 'door/slowReader');
});

test.run();
