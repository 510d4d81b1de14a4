// The driver with peers on the socket that are not a printer: invalid bytes, endless responses, silence, other protocols.
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Clock, systemClock } from '../../../drivers/base/clock.ts';
import { HttpIppLine } from '../../../drivers/page/ipp-line.ts';
import { IppPagePrinter } from '../../../drivers/page/ipp-page-printer.ts';
import { PageError } from '../../../drivers/page/page-error.ts';
import { a4Certificate } from '../../../drivers/page/page-profile.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';

const job = { id: 1, uri: 'ipp://localhost/ipp/print/1' };
const request = { name: 'tx', copies: 1, impressions: 1 };
const head = (type: string, more = '') => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${more}\r\n`;

/** Serves each connection with `answer` after its first bytes, and passes a driver on `clock` to `use`. */
async function against(
  answer: (socket: Socket) => void,
  use: (driver: IppPagePrinter) => Promise<void>,
  clock: Clock = systemClock,
): Promise<void> {
  const dir = temporaryFolder('broken');
  const socketPath = join(dir, 's');
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket);
    // The driver closes the connection in most of these tests, as it should.
    socket.on('error', () => open.delete(socket));
    socket.once('data', () => answer(socket));
  }).listen(socketPath);
  await once(server, 'listening');
  try {
    await use(
      new IppPagePrinter(new HttpIppLine({ socketPath, path: '/ipp/print' }, clock), clock, a4Certificate),
    );
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
    await rm(dir, { recursive: true });
  }
}

const caught = (work: Promise<unknown>) => refusalOf(work, PageError);

const garbage: Record<string, string | Buffer> = {
  'no HTTP': Buffer.from([0xff, 0x00, 0x13, 0x37, 0x0a, 0x0d]),
  'a web page': `${head('text/html', 'content-length: 6\r\n')}<html>`,
  'an HTTP error': 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n',
  'an empty answer': head('application/ipp', 'content-length: 0\r\n'),
  'noise as IPP': `${head('application/ipp', 'content-length: 9\r\n')}noisenois`,
};

for (const [name, bytes] of Object.entries(garbage)) {
  test(`${name} is page/protocol; after a document it is page/unknown`, () =>
    against(
      socket => socket.end(bytes),
      async driver => {
        assert.is((await caught(driver.createJob(request))).code, 'page/protocol');
        assert.equal((await driver.status()).reasons, ['page/protocol']);
        const error = await caught(driver.sendDocument(job, Buffer.from('%PDF')));
        assert.is(error.code, 'page/unknown');
        assert.is(error.detail.code, 'page/protocol');
      },
    ));
}

test('an endless response is stopped with page/protocol', () => {
  let written = 0;
  const chunk = Buffer.alloc(65_536, 0x21);
  return against(
    socket => {
      socket.write(head('application/ipp'));
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
      };
      socket.on('drain', pour);
      pour();
    },
    async driver => {
      assert.is((await caught(driver.createJob(request))).code, 'page/protocol');
      assert.ok(written < 64 * a4Certificate.maxAnswerBytes);
    },
  );
});

test('a silent printer is page/offline at the deadline; after a document it is page/unknown', () => {
  let received = Promise.withResolvers<void>();
  let hungUp: Promise<unknown> | undefined;
  // On this clock every deadline passes when the printer has received the request.
  const clock: Clock = { ...systemClock, sleep: () => received.promise };
  return against(
    socket => {
      hungUp = once(socket, 'close');
      received.resolve();
    },
    async driver => {
      const error = await caught(driver.createJob(request));
      assert.is(error.code, 'page/offline');
      assert.is(error.completion, 'timeout');
      await hungUp;
      received = Promise.withResolvers();
      assert.is((await caught(driver.sendDocument(job, Buffer.from('%PDF')))).code, 'page/unknown');
    },
    clock,
  );
});

test('a response that is cut off is page/offline', () =>
  against(
    socket => socket.end(`${head('application/ipp', 'content-length: 900\r\n')}\x02\x00`),
    async driver => {
      assert.is((await caught(driver.createJob(request))).code, 'page/offline');
    },
  ));

test('a socket without a printer is page/offline, and nothing was sent', async () => {
  const line = new HttpIppLine(
    { socketPath: join(tmpdir(), 'no-such-printer.sock'), path: '/' },
    systemClock,
  );
  const driver = new IppPagePrinter(line, systemClock, a4Certificate);
  const error = await caught(driver.sendDocument(job, Buffer.from('%PDF')));
  assert.is(error.code, 'page/offline');
  assert.is(error.detail.sent, false);
  assert.not((await driver.status()).online);
});

test('the wait for an outcome ends with its signal during a silent call', () => {
  const stop = new AbortController();
  return against(
    () => stop.abort(),
    async driver => {
      const outcome = await driver.outcome(job, 1, { signal: stop.signal });
      assert.equal(outcome, {
        result: 'unknown',
        jobState: 'pending',
        jobReasons: [],
        impressions: -1,
        expected: 1,
      });
    },
  );
});

test.run();
