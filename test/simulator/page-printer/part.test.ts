// The part as `npm run simulator -- page-printer` starts it, and the printer's counter.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { part } from '../../../simulator/page-printer/part.ts';
import { VirtualPrinter } from '../../../simulator/page-printer/printer.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { makePdf } from './make-pdf.ts';

async function inDir(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = temporaryFolder('part');
  await use(dir).finally(() => rm(dir, { recursive: true }));
}

test('it listens on its endpoints, replaces the socket of a killed printer, and leaves nothing when it is closed twice', () =>
  inDir(async dir => {
    await writeFile(join(dir, 'page-printer.sock'), '');
    const running = await part.start({ port: '0' }, { dir, say: () => {} });
    const { socket, url } = running.listens;
    assert.match(url!, /^ipp:\/\/127\.0\.0\.1:\d+\/ipp\/print$/);
    const reply = await fetch(url!.replace('ipp:', 'http:'));
    assert.is(reply.status, 405);
    await running.close();
    await running.close();
    assert.not(existsSync(socket!));
  }));

test('a port that is taken ends the program with 1, and a hint', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const main = fileURLToPath(new URL('../../../simulator/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'page-printer', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.is(code, 1);
  assert.match(said, /EADDRINUSE.*\nAnother program has this port/);
  taken.close();
});

test('an option that is not a number is refused', () =>
  inDir(async dir => {
    for (const port of ['x', '-1', '70000', '']) {
      let caught: unknown;
      await part.start({ port }, { dir, say: () => {} }).catch(error => (caught = error));
      assert.instance(caught, RangeError);
    }
  }));

test('the counter of sides continues after a restart that loses every job, and numbers them from 1 again', async () => {
  let ended = Promise.withResolvers<void>();
  const printer = new VirtualPrinter({
    behaviours: [],
    say: () => {},
    onJob: () => ended.resolve(),
    msPerPage: 0,
    busyAfterMs: 0,
    documentWithinS: 60,
  });
  const pdf = await makePdf(3);
  for (const total of [3, 6]) {
    ended = Promise.withResolvers();
    const job = await printer.create({ name: 'x', user: 'y', copies: 1, media: 'm', sides: 's' });
    printer.submit(job!, pdf);
    await ended.promise;
    assert.is(printer.impressions, total);
    printer.restart();
    assert.is(printer.known.size, 0);
  }
  assert.equal(
    printer.jobs.map(({ id, state, pages }) => ({ id, state, pages })),
    [1, 1].map(id => ({ id, state: 'completed', pages: 3 })),
  );
});

test.run();
