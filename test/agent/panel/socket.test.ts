import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { beatMs, helloMs } from '../../../agent/panel/heartbeat.ts';
import { promptOf } from '../../../agent/panel/prompts.ts';
import { codeOf } from '../../refusal.ts';
import { hello, Rig, withRig } from './panel-rig.ts';

test(
  'the terminal says hello first, and shows a panel that came what there is to show',
  withRig(async rig => {
    rig.panel.show(promptOf('insertCard'));
    const client = await rig.stranger();
    assert.equal(await client.next(), {
      type: 'hello',
      version: 2,
      terminal: 'mitaka-0001',
      software: 'madoguchi 0.1.0',
    });
    client.say(hello);
    assert.equal(await client.next(), { type: 'prompt', ...promptOf('insertCard') });
  }),
);

test(
  'a panel of another version is closed with 4000, and is never the panel',
  withRig(async rig => {
    const client = await rig.stranger();
    client.say({ ...hello, version: 1 });
    client.say(hello); // in the same breath: too late
    assert.is(await client.closed, 4000);
    assert.not(rig.panel.connected);
  }),
);

test(
  'a socket that never says hello is closed with 4003; a panel that says it in time is not',
  withRig(async rig => {
    const mute = await rig.stranger();
    await mute.receive('hello');
    const client = await rig.client();
    rig.clock.advance(helloMs);
    assert.is(await mute.closed, 4003);
    assert.ok(rig.panel.connected);
    client.say('{');
    await client.receive('error');
  }),
);

test(
  'a screen that answers pings stays; one that is frozen is gone after three beats, with 4003',
  withRig(async rig => {
    const client = await rig.client();
    const beat = async (number: number): Promise<void> => {
      while (client.pings.length < number) await new Promise(setImmediate);
      client.say('{'); // its answer comes after that of the ping
      await client.receive('error');
      rig.clock.advance(beatMs);
    };
    for (let number = 1; number <= 12; number++) await beat(number);
    assert.ok(rig.panel.connected);
    client.answersPings = false;
    const gone = rig.until('disconnected');
    await beat(13);
    await beat(14);
    await gone;
    assert.is(await client.closed, 4003);
    assert.is(client.pings.length, 14);
    assert.not(rig.panel.connected);
  }),
);

test(
  'an answer to a ping that was not sent is an error',
  withRig(async rig => {
    const client = await rig.client();
    client.say({ type: 'pong', ping: 9 });
    assert.match((await client.receive('error')).message, /Ping 9 was not sent/);
  }),
);

test(
  'a second panel takes the first one’s place, with the present prompt and the open question',
  withRig(async rig => {
    const first = await rig.client();
    rig.panel.show(promptOf('confirm'));
    const question = { kind: 'confirm', lines: [], feeYen: 200 } as const;
    const answer = rig.panel.ask(question, 5000, value => value, new AbortController().signal);
    const { ask } = await first.receive('ask');
    const second = await rig.client();
    assert.is(await first.closed, 4001);
    assert.ok(rig.panel.connected);
    assert.is((await second.next()).type, 'prompt');
    assert.equal(await second.next(), { type: 'ask', ask, timeoutMs: 5000, question });
    second.say({ type: 'answer', ask, value: 'yes' });
    assert.is(await answer, 'yes');
  }),
);

test(
  'a panel whose place was taken is not listened to any more',
  withRig(async rig => {
    const first = await rig.client();
    let canceled = false;
    rig.panel.onEvent(({ is }) => {
      canceled ||= is === 'canceled';
    });
    // both are on their way before either is read: hello first, because it was sent first
    const second = await rig.stranger();
    const taken = rig.until('connected');
    second.say(hello);
    first.socket.pause(); // does not see that it was closed
    await taken;
    first.say({ type: 'cancel' });
    const disconnected = rig.until('disconnected');
    first.socket.resume();
    await first.closed;
    second.socket.close();
    await disconnected;
    assert.not(canceled);
  }),
);

const complaints: [name: string, sent: unknown, complaint: RegExp][] = [
  ['that is not JSON', '{"type":', /not JSON/],
  ['of an unknown type', { type: 'coffee' }, /field type/],
  ['with an unknown field', { type: 'cancel', why: 'no' }, /field why/],
  ['with a field that is wrong', { type: 'answer', ask: -1, value: 1 }, /field ask/],
  ['that is not an object', '7', /field type/],
  ['that says hello again', hello, /Hello was said before/],
  ['that answers a question that is closed', { type: 'answer', ask: 99, value: {} }, /99 is not open/],
  [
    'with a sum that is no number of yen',
    { type: 'payment', transaction: '0'.repeat(32), state: 'paid', paidYen: 0.5 },
    /field paidYen/,
  ],
];

for (const [name, sent, complaint] of complaints)
  test(
    `a message ${name} is answered by an error, and nothing else happens`,
    withRig(async rig => {
      const client = await rig.client();
      client.say(sent);
      const { code, message } = await client.receive('error');
      assert.is(code, 'panel/invalidMessage');
      assert.match(message, complaint);
      assert.ok(rig.panel.connected);
    }),
  );

test(
  'an answer of the till that is no message of the protocol fails its request at once',
  withRig(async rig => {
    const client = await rig.client();
    const transaction = 'ab'.repeat(16);
    const paid = rig.panel.pay('void', transaction, 200, 60_000);
    const { request } = await client.receive('payment');
    client.say({ type: 'payment', request, transaction, state: 'returned', paidYen: 0 });
    assert.is(await codeOf(paid), 'panel/wrongAnswer');
    assert.match((await client.receive('error')).message, /field state/);
  }),
);

test(
  'a complaint does not repeat what was said',
  withRig(async rig => {
    const client = await rig.client();
    client.say({ type: 'answer', ask: '山田太郎', value: 1 });
    assert.not.match((await client.receive('error')).message, /山田/);
  }),
);

test(
  'before hello nothing is taken',
  withRig(async rig => {
    const client = await rig.stranger();
    client.say({ type: 'cancel' });
    assert.match((await client.receive('error')).message, /hello first/);
    assert.not(rig.panel.connected);
  }),
);

test(
  'a binary frame is refused, whatever is in it',
  withRig(async rig => {
    const client = await rig.client();
    client.socket.send(Buffer.from(JSON.stringify({ type: 'cancel' })));
    assert.match((await client.receive('error')).message, /text frame/);
  }),
);

test(
  'a message over 16 KiB closes the socket with 1009; one of 16 KiB does not',
  withRig(async rig => {
    const client = await rig.client();
    const empty = JSON.stringify({ type: 'answer', ask: 1, value: '' });
    const value = 'x'.repeat((16 << 10) - empty.length);
    client.say({ type: 'answer', ask: 1, value });
    assert.match((await client.receive('error')).message, /not open/);
    client.say({ type: 'answer', ask: 1, value: `${value}x` });
    assert.is(await client.closed, 1009);
  }),
);

test(
  'a panel that goes is gone for the agent at once',
  withRig(async rig => {
    const client = await rig.client();
    const gone = rig.until('disconnected');
    client.socket.terminate();
    await gone;
    assert.not(rig.panel.connected);
  }),
);

test(
  'a panel that does not read is closed with 4002',
  withRig(async rig => {
    const client = await rig.client();
    client.socket.pause();
    const gone = rig.until('disconnected');
    const conditions = [{ part: 'page', code: 'page/notReady', hint: 'x'.repeat(100_000), text: '' }];
    for (let i = 0; i < 100 && rig.panel.connected; i++)
      rig.panel.show({ ...promptOf('outOfService'), conditions });
    await gone;
    client.socket.resume();
    assert.is(await client.closed, 4002);
  }),
);

test('a socket that a dead agent left is replaced; user and group alone may connect', async () => {
  const rig = await Rig.open(async path => {
    const dead = createServer().listen(path);
    await once(dead, 'listening');
    // leaves the file there, as a crash does
    (dead as unknown as { _handle: { close(): void } })._handle.close();
  });
  const { mode } = await stat(rig.path);
  assert.is(mode & 0o777, 0o660);
  await rig.client();
  await rig.close();
  assert.is(await codeOf(stat(rig.path)), 'ENOENT');
});

test('a file that is no socket is left alone', async () => {
  let path = '';
  const opened = Rig.open(async at => {
    path = at;
    await writeFile(at, 'precious');
  });
  assert.is(await codeOf(opened), 'EADDRINUSE');
  assert.is(await readFile(path, 'utf8'), 'precious');
  await rm(dirname(path), { recursive: true });
});

test(
  'a browser that asks for a page gets the status 426',
  withRig(async ({ path }) => {
    const [response] = await once(get({ socketPath: path }), 'response');
    assert.is(response.statusCode, 426);
    response.resume();
  }),
);

const closed = (visitor: Socket) => new Promise(resolve => visitor.once('close', resolve));

test('close ends panels, and connections that sent nothing', async () => {
  const rig = await Rig.open();
  const client = await rig.client();
  const visitors = ['', 'GET / HTTP/1.1\r\nhost: here\r\n'].map(said => {
    const visitor = connect(rig.path, () => visitor.write(said));
    visitor.on('error', () => undefined); // it is cut off
    return visitor;
  });
  await Promise.all(visitors.map(visitor => once(visitor, 'connect')));
  await Promise.all([rig.close(), client.closed, ...visitors.map(closed)]);
});

/** Asks by plain HTTP, as `madoguchi status` does. */
const asked = (socketPath: string, path: string, method = 'GET') =>
  new Promise<[number | undefined, string | undefined, string]>((resolve, reject) => {
    request({ socketPath, path, method, agent: false }, response => {
      let text = '';
      response.on('data', part => {
        text += part;
      });
      response.on('end', () => resolve([response.statusCode, response.headers['content-type'], text]));
    })
      .on('error', reject)
      .end();
  });

test(
  'who asks GET /status is answered in JSON, and takes no panel’s place; anything else is refused',
  withRig(async rig => {
    const client = await rig.client();
    assert.equal(await asked(rig.path, '/status'), [200, 'application/json', '{"state":"open"}']);
    for (const [path, method] of [
      ['/', 'GET'],
      ['/status', 'POST'],
      ['/status/../x', 'GET'],
    ] as const)
      assert.is((await asked(rig.path, path, method))[0], 426, `${method} ${path}`);
    assert.ok(rig.panel.connected);
    rig.panel.show(promptOf('insertCard'));
    assert.is((await client.receive('prompt')).id, 'insertCard');
  }),
);

test(
  'a status that fails is answered too',
  withRig(async rig => {
    rig.status = () => Promise.reject(new Error('planted by the test'));
    assert.is((await asked(rig.path, '/status'))[0], 500);
  }),
);

test.run();
