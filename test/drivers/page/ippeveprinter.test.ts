// The driver is checked with ippeveprinter, CUPS's own IPP Everywhere printer (Debian: cups-ipp-utils, dbus-daemon).
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { IppLine } from '../../../drivers/page/ipp-line.ts';
import { PageError } from '../../../drivers/page/page-error.ts';
import { refusedWith } from '../../refusal.ts';
import { IppeveRig, pdf } from './ippeve-rig.ts';
import { plain } from './plain.ts';

let rig: IppeveRig;
const patient = () => AbortSignal.timeout(20_000);

test.before.each(async () => {
  rig = await IppeveRig.open();
});

test.after.each(() => rig.close());

test('it prints two pages, and keeps the document that was sent', async () => {
  await rig.prints('echo "ATTR: job-impressions-completed=2" >&2');
  assert.ok((await rig.driver.status()).ready);
  const outcome = await rig.driver.outcome(await rig.send('tx-1'), 2, { signal: patient() });
  assert.equal(outcome, {
    result: 'printed',
    jobState: 'completed',
    jobReasons: ['job-completed-successfully'],
    impressions: 2,
    expected: 2,
  });
  const [kept] = (await readdir(join(rig.dir, 'spool'))).filter(name => name.endsWith('.pdf'));
  assert.ok((await readFile(join(rig.dir, 'spool', kept!))).equals(pdf));
});

test('a job that reports completed with one page missing is unknown', async () => {
  await rig.prints('echo "ATTR: job-impressions-completed=1" >&2');
  const outcome = await rig.driver.outcome(await rig.send('tx-2'), 2, { signal: patient() });
  assert.is(outcome.jobState, 'completed');
  assert.is(outcome.result, 'unknown');
});

test('its jam is reported, and the job that is then canceled is unknown with one page printed', async () => {
  const fifo = join(rig.dir, 'cleared');
  await rig.prints(
    `mkfifo ${fifo}`,
    'echo "ATTR: job-impressions-completed=1" >&2',
    'echo "STATE: +media-jam-error" >&2',
    `cat ${fifo}`,
  );
  const job = await rig.send('tx-3');
  let canceled: Promise<void> | undefined;
  const outcome = await rig.driver.outcome(job, 2, {
    signal: patient(),
    onProgress: ({ reasons }) => {
      if (reasons.includes('media-jam')) canceled ??= giveUp();
    },
  });
  async function giveUp() {
    assert.not((await rig.driver.status()).ready);
    await rig.driver.cancelJob(job);
    await (await open(fifo, 'w')).close();
  }
  await canceled;
  assert.is(outcome.jobState, 'canceled');
  assert.is(outcome.impressions, 1);
  assert.is(outcome.result, 'unknown');
});

test('a second job is refused as busy, and the first is found open by its name', async () => {
  const job = await rig.driver.createJob({ name: 'tx-4', copies: 1, impressions: 2, ...plain });
  await refusedWith('page/busy', rig.driver.createJob({ name: 'tx-5', copies: 1, impressions: 2, ...plain }));
  assert.equal(
    (await rig.driver.openJobs()).map(({ id, name, waits }) => ({ id, name, waits })),
    [{ id: job.id, name: 'tx-4', waits: true }],
  );
  await rig.driver.cancelJob(job);
  assert.is((await rig.driver.outcome(job, 2, { signal: patient() })).jobState, 'canceled');
});

test('a job that the printer never had is lost', async () => {
  const never = { id: 77, uri: 'ipp://localhost/ipp/print/77', name: 'tx-6' };
  const outcome = await rig.driver.outcome(never, 2, {
    signal: patient(),
  });
  assert.is(outcome.jobState, 'lost');
  assert.is(outcome.result, 'unknown');
});

test('it gives each job a uuid, and the driver knows the job by it', async () => {
  const job = await rig.driver.createJob({ name: 'tx-7', copies: 1, impressions: 2, ...plain });
  assert.match(job.uuid!, /^urn:uuid:[0-9a-f-]{36}$/);
  await rig.driver.sendDocument(job, pdf);
  const copied = { ...job, uuid: `urn:uuid:${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}` };
  const outcome = await rig.driver.outcome(copied, 2, { signal: patient() });
  assert.equal([outcome.jobState, outcome.result], ['lost', 'unknown']);
});

test('the printer loses power in our job 1, and a test page is its next job 1: ours is lost, and unknown', async () => {
  await rig.prints('echo "ATTR: job-impressions-completed=2" >&2');
  const job = await rig.driver.createJob({ name: 'tx-8', copies: 1, impressions: 2, ...plain });
  await rig.restart();
  const testPage = await rig.driver.createJob({ name: 'test page', copies: 1, impressions: 2, ...plain });
  assert.is(testPage.id, job.id);
  await refusedWith('page/lost', rig.driver.sendDocument(job, pdf));
  await rig.driver.cancelJob(job);
  await rig.driver.sendDocument(testPage, pdf);
  assert.is((await rig.driver.outcome(testPage, 2, { signal: patient() })).result, 'printed');
  const outcome = await rig.driver.outcome(job, 2, { signal: patient() });
  assert.equal([outcome.jobState, outcome.result, outcome.impressions], ['lost', 'unknown', -1]);
});

test('a job whose Create-Job got no answer is found by its name and cancelled', async () => {
  const loses: IppLine = {
    async post(parts, limits) {
      await rig.line.post(parts, limits);
      throw new PageError('page/offline', 'the answer is lost', { detail: { sent: true } });
    },
  };
  const wanted = { name: 'tx-9', copies: 1, impressions: 2, ...plain };
  await refusedWith('page/offline', rig.driverOn(loses).createJob(wanted));
  await refusedWith('page/busy', rig.driver.createJob({ ...wanted, name: 'tx-10' }));
  const [left, ...others] = await rig.driver.openJobs();
  assert.equal([left?.name, left?.waits, others], ['tx-9', true, []]);
  await rig.driver.cancelJob(left!);
  await rig.driver.createJob({ ...wanted, name: 'tx-10' });
});

test.run();
