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
import { plain } from './plain.ts';

const job = { id: 1, uri: 'ipp://localhost/ipp/print/1', name: 'tx' };
const request = { name: 'tx', copies: 1, impressions: 1, ...plain };
const head = (type: string, more = '') => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${more}\r\n`;

/** A good answer to Get-Job-Attributes for `job`, written by hand (RFC 8010). */
function jobReport(requestId: Buffer): Buffer {
  const field = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
  const attribute = (tag: number, name: string, value: string) =>
    Buffer.concat([Buffer.from([tag]), field(name), field(value)]);
  const body = Buffer.concat([
    ...[Buffer.from([2, 0, 0, 0]), requestId, Buffer.from([0x02])],
    attribute(0x21, 'job-id', '\0\0\0\x01'),
    attribute(0x42, 'job-name', job.name),
    attribute(0x23, 'job-state', '\0\0\0\x04'),
    Buffer.from([0x03]),
  ]);
  return Buffer.concat([Buffer.from(head('application/ipp', `content-length: ${body.length}\r\n`)), body]);
}

/** Serves whoever asks for the job with a good answer, and any other request with `answer`. */
const afterTheJob =
  (answer: (socket: Socket) => void) =>
  (socket: Socket, request: Buffer): void => {
    const body = request.subarray(request.indexOf('\r\n\r\n') + 4);
    if (body.readUInt16BE(2) === 9) socket.end(jobReport(body.subarray(4, 8)));
    else answer(socket);
  };

/** Serves each connection with `answer` after its first bytes, and passes a driver on `clock` to `use`. */
async function against(
  answer: (socket: Socket, request: Buffer) => void,
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
    let request = Buffer.alloc(0);
    const take = (bytes: Buffer) => {
      request = Buffer.concat([request, bytes]);
      const bodyAt = request.indexOf('\r\n\r\n') + 4;
      if (bodyAt < 4 || request.length < bodyAt + 8) return; // not yet the operation and the request's id
      socket.off('data', take).resume();
      answer(socket, request);
    };
    socket.on('data', take);
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
      afterTheJob(socket => socket.end(bytes)),
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
    afterTheJob(socket => {
      hungUp = once(socket, 'close');
      received.resolve();
    }),
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
