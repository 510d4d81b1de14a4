// The driver is checked with ippeveprinter, CUPS's own IPP Everywhere printer (Debian: cups-ipp-utils, dbus-daemon).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../drivers/base/clock.ts';
import type { PageJob } from '../../../drivers/contract/page.ts';
import { HttpIppLine } from '../../../drivers/page/ipp-line.ts';
import { IppPagePrinter } from '../../../drivers/page/ipp-page-printer.ts';
import { a4Certificate } from '../../../drivers/page/page-profile.ts';
import { freePort } from '../../../simulator/free-port.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusedWith } from '../../refusal.ts';
import { makePdf } from '../../simulator/page-printer/make-pdf.ts';

let dir: string;
let children: ChildProcess[];
let driver: IppPagePrinter;
const pdf = await makePdf(2);
const patient = () => AbortSignal.timeout(20_000);

/** Starts a program and waits until it has written `word` on either output. */
async function start(word: string, program: string, args: string[], env = process.env): Promise<void> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes(word)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', code => reject(new Error(`${program} ended ${code}: ${said}`)));
  });
}

/** What the printer's own script does with a document: lines on its stderr are the printer's state (ippeveprinter(1)). */
const prints = (...script: string[]) =>
  writeFile(join(dir, 'print.sh'), ['#!/bin/sh', ...script, ''].join('\n'), { mode: 0o755 });

test.before.each(async () => {
  children = [];
  dir = temporaryFolder('ippeve');
  await mkdir(join(dir, 'spool'));
  await prints('exit 0');
  const bus = `unix:path=${join(dir, 'bus')}`;
  await start('guid=', 'dbus-daemon', ['--session', '--nofork', '--print-address', `--address=${bus}`]);
  const port = await freePort('localhost');
  // -r off: no DNS-SD. A D-Bus daemon must run nevertheless.
  const args = `-v -r off -n localhost -p ${port} -2 -f application/pdf -D file:///dev/null`.split(' ');
  await start(
    'printer-uri-supported',
    'ippeveprinter',
    [...args, '-c', join(dir, 'print.sh'), '-d', join(dir, 'spool'), '-k', 'judge'],
    { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus },
  );
  driver = new IppPagePrinter(
    new HttpIppLine({ host: 'localhost', port, path: '/ipp/print' }, systemClock),
    systemClock,
    { ...a4Certificate, printerUri: `ipp://localhost:${port}/ipp/print`, pollMs: 20 },
  );
});

test.after.each(async () => {
  for (const child of children.reverse()) {
    child.removeAllListeners('close');
    const gone = once(child, 'exit');
    if (child.kill()) await gone;
  }
  await rm(dir, { recursive: true });
});

async function send(name: string): Promise<PageJob> {
  const job = await driver.createJob({ name, copies: 1, impressions: 2 });
  await driver.sendDocument(job, pdf);
  return job;
}

test('it prints two pages, and keeps the document that was sent', async () => {
  await prints('echo "ATTR: job-impressions-completed=2" >&2');
  assert.ok((await driver.status()).ready);
  const outcome = await driver.outcome(await send('tx-1'), 2, { signal: patient() });
  assert.equal(outcome, {
    result: 'printed',
    jobState: 'completed',
    jobReasons: ['job-completed-successfully'],
    impressions: 2,
    expected: 2,
  });
  const [kept] = (await readdir(join(dir, 'spool'))).filter(name => name.endsWith('.pdf'));
  assert.ok((await readFile(join(dir, 'spool', kept!))).equals(pdf));
});

test('a job that reports completed with one page missing is unknown', async () => {
  await prints('echo "ATTR: job-impressions-completed=1" >&2');
  const outcome = await driver.outcome(await send('tx-2'), 2, { signal: patient() });
  assert.is(outcome.jobState, 'completed');
  assert.is(outcome.result, 'unknown');
});

test('its jam is reported, and the job that is then canceled is unknown with one page printed', async () => {
  const fifo = join(dir, 'cleared');
  await prints(
    `mkfifo ${fifo}`,
    'echo "ATTR: job-impressions-completed=1" >&2',
    'echo "STATE: +media-jam-error" >&2',
    `cat ${fifo}`,
  );
  const job = await send('tx-3');
  let canceled: Promise<void> | undefined;
  const outcome = await driver.outcome(job, 2, {
    signal: patient(),
    onProgress: ({ reasons }) => {
      if (reasons.includes('media-jam')) canceled ??= giveUp();
    },
  });
  async function giveUp() {
    assert.not((await driver.status()).ready);
    await driver.cancelJob(job);
    await (await open(fifo, 'w')).close();
  }
  await canceled;
  assert.is(outcome.jobState, 'canceled');
  assert.is(outcome.impressions, 1);
  assert.is(outcome.result, 'unknown');
});

test('a second job is refused as busy, and the first is found open by its name', async () => {
  const job = await driver.createJob({ name: 'tx-4', copies: 1, impressions: 2 });
  await refusedWith('page/busy', driver.createJob({ name: 'tx-5', copies: 1, impressions: 2 }));
  assert.equal(
    (await driver.openJobs()).map(({ id, name }) => ({ id, name })),
    [{ id: job.id, name: 'tx-4' }],
  );
  await driver.cancelJob(job);
  assert.is((await driver.outcome(job, 2, { signal: patient() })).jobState, 'canceled');
});

test('a job that the printer never had is lost', async () => {
  const outcome = await driver.outcome({ id: 77, uri: 'ipp://localhost/ipp/print/77' }, 2, {
    signal: patient(),
  });
  assert.is(outcome.jobState, 'lost');
  assert.is(outcome.result, 'unknown');
});

test.run();
