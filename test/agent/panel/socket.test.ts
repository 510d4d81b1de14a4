import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { promptOf } from '../../../agent/panel/prompts.ts';
import { codeOf } from '../../drivers/base/codes.ts';
import { Bench, hello, withBench } from './panel-rig.ts';

test(
  'the terminal says hello first, and shows a panel that came what there is to show',
  withBench(async bench => {
    bench.panel.show(promptOf('insertCard'));
    const client = await bench.stranger();
    assert.equal(await client.next(), {
      type: 'hello',
      version: 1,
      terminal: 'mitaka-0001',
      software: 'madoguchi 0.1.0',
    });
    client.say(hello);
    assert.equal(await client.next(), { type: 'prompt', ...promptOf('insertCard') });
  }),
);

test(
  'a panel of another version is closed with 4000, and is never the panel',
  withBench(async bench => {
    const client = await bench.stranger();
    client.say({ ...hello, version: 2 });
    client.say(hello); // in the same breath: too late
    assert.is(await client.closed, 4000);
    assert.not(bench.panel.connected);
  }),
);

test(
  'a second panel takes the first one’s place, with the present prompt and the open question',
  withBench(async bench => {
    const first = await bench.client();
    bench.panel.show(promptOf('confirm'));
    const question = { kind: 'confirm', lines: [], feeYen: 200 } as const;
    const answer = bench.panel.ask(question, 5000, value => value, new AbortController().signal);
    const { ask } = await first.hear('ask');
    const second = await bench.client();
    assert.is(await first.closed, 4001);
    assert.ok(bench.panel.connected);
    assert.is((await second.next()).type, 'prompt');
    assert.equal(await second.next(), { type: 'ask', ask, timeoutMs: 5000, question });
    second.say({ type: 'answer', ask, value: 'yes' });
    assert.is(await answer, 'yes');
  }),
);

test(
  'a panel whose place was taken is not listened to any more',
  withBench(async bench => {
    const first = await bench.client();
    let canceled = false;
    bench.panel.onEvent(({ is }) => {
      canceled ||= is === 'canceled';
    });
    // both are on their way before either is read: hello first, because it was sent first
    const second = await bench.stranger();
    const taken = bench.until('connected');
    second.say(hello);
    first.socket.pause(); // does not see that it was closed
    await taken;
    first.say({ type: 'cancel' });
    const disconnected = bench.until('disconnected');
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
  ['with a field nobody named', { type: 'cancel', why: 'no' }, /field why/],
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
    `a message ${name} is told to the panel, and nothing else happens`,
    withBench(async bench => {
      const client = await bench.client();
      client.say(sent);
      const { code, message } = await client.hear('error');
      assert.is(code, 'panel/invalidMessage');
      assert.match(message, complaint);
      assert.ok(bench.panel.connected);
    }),
  );

test(
  'a complaint does not repeat what was said',
  withBench(async bench => {
    const client = await bench.client();
    client.say({ type: 'answer', ask: '山田太郎', value: 1 });
    assert.not.match((await client.hear('error')).message, /山田/);
  }),
);

test(
  'before hello nothing is taken',
  withBench(async bench => {
    const client = await bench.stranger();
    client.say({ type: 'cancel' });
    assert.match((await client.hear('error')).message, /hello first/);
    assert.not(bench.panel.connected);
  }),
);

test(
  'a binary frame is refused, whatever is in it',
  withBench(async bench => {
    const client = await bench.client();
    client.socket.send(Buffer.from(JSON.stringify({ type: 'cancel' })));
    assert.match((await client.hear('error')).message, /text frame/);
  }),
);

test(
  'a message over 16 KiB closes the socket with 1009; one of 16 KiB does not',
  withBench(async bench => {
    const client = await bench.client();
    const empty = JSON.stringify({ type: 'answer', ask: 1, value: '' });
    const value = 'x'.repeat((16 << 10) - empty.length);
    client.say({ type: 'answer', ask: 1, value });
    assert.match((await client.hear('error')).message, /not open/);
    client.say({ type: 'answer', ask: 1, value: `${value}x` });
    assert.is(await client.closed, 1009);
  }),
);

test(
  'a panel that goes is gone for the agent at once',
  withBench(async bench => {
    const client = await bench.client();
    const gone = bench.until('disconnected');
    client.socket.terminate();
    await gone;
    assert.not(bench.panel.connected);
  }),
);

test(
  'a panel that does not read is given up, and closed with 4002',
  withBench(async bench => {
    const client = await bench.client();
    client.socket.pause();
    const gone = bench.until('disconnected');
    const legs = [{ leg: 'page', code: 'page/notReady', hint: 'x'.repeat(100_000), text: '' }];
    for (let i = 0; i < 100 && bench.panel.connected; i++)
      bench.panel.show({ ...promptOf('outOfService'), legs });
    await gone;
    client.socket.resume();
    assert.is(await client.closed, 4002);
  }),
);

test('a socket that a dead agent left is replaced; user and group alone may connect', async () => {
  const bench = await Bench.open(async path => {
    const dead = createServer().listen(path);
    await once(dead, 'listening');
    // leaves the file there, as a crash does
    (dead as unknown as { _handle: { close(): void } })._handle.close();
  });
  const { mode } = await stat(bench.path);
  assert.is(mode & 0o777, 0o660);
  await bench.client();
  await bench.close();
  assert.is(await codeOf(stat(bench.path)), 'ENOENT');
});

test('a file that is no socket is left alone', async () => {
  let path = '';
  const opened = Bench.open(async at => {
    path = at;
    await writeFile(at, 'precious');
  });
  assert.is(await codeOf(opened), 'EADDRINUSE');
  assert.is(await readFile(path, 'utf8'), 'precious');
  await rm(dirname(path), { recursive: true });
});

test(
  'a browser that asks for a page is told what this is',
  withBench(async ({ path }) => {
    const [response] = await once(get({ socketPath: path }), 'response');
    assert.is(response.statusCode, 426);
    response.resume();
  }),
);

const closed = (visitor: Socket) => new Promise(resolve => visitor.once('close', resolve));

test('close ends panels, and whoever connected and said nothing', async () => {
  const bench = await Bench.open();
  const client = await bench.client();
  const visitors = ['', 'GET / HTTP/1.1\r\nhost: here\r\n'].map(said => {
    const visitor = connect(bench.path, () => visitor.write(said));
    visitor.on('error', () => undefined); // it is cut off
    return visitor;
  });
  await Promise.all(visitors.map(visitor => once(visitor, 'connect')));
  await Promise.all([bench.close(), client.closed, ...visitors.map(closed)]);
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
  withBench(async bench => {
    const client = await bench.client();
    assert.equal(await asked(bench.path, '/status'), [200, 'application/json', '{"state":"open"}']);
    for (const [path, method] of [
      ['/', 'GET'],
      ['/status', 'POST'],
      ['/status/../x', 'GET'],
    ] as const)
      assert.is((await asked(bench.path, path, method))[0], 426, `${method} ${path}`);
    assert.ok(bench.panel.connected);
    bench.panel.show(promptOf('insertCard'));
    assert.is((await client.hear('prompt')).id, 'insertCard');
  }),
);

test(
  'a status that can’t be told is an answer too',
  withBench(async bench => {
    bench.status = () => Promise.reject(new Error('told by the test'));
    assert.is((await asked(bench.path, '/status'))[0], 500);
  }),
);

test.run();
