// A gate that somebody else owns: what it says of paper, devices and jobs is held against the table before it is believed.
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GateKeeper, type GateNews } from '../../../agent/counter/gate-connection.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { DoorLink } from '../../../drivers/door/door-link.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { notedLog } from '../../drivers/door/raw-server.ts';
import { goodDevices } from '../readiness/all-ready.ts';

const transaction = '0'.repeat(32);
const within = { timeoutMs: 5000 };
const evidence = Buffer.alloc(9, 1);
const outcome = { result: 'printed', jobState: 'completed', jobReasons: [], impressions: 2, expected: 2 };

interface Hostile {
  keeper: GateKeeper;
  /** What the next command gets: its events, then its completion. */
  next: { events: { name: string; payload: unknown }[]; ok: unknown };
  link: DoorLink;
  news: GateNews[];
  log: ReturnType<typeof notedLog>;
}

async function withGate(work: (hostile: Hostile) => Promise<void>): Promise<void> {
  const folder = temporaryFolder('hostile-gate');
  const socket = join(folder, 'gate.sock');
  const next: Hostile['next'] = { events: [], ok: {} };
  const linked = Promise.withResolvers<DoorLink>();
  const server = createServer(line => {
    const link = new DoorLink(line);
    link.listen(message => {
      if (message.is !== 'command') return;
      const { id } = message;
      link.send({ is: 'acknowledge', id });
      for (const event of next.events) link.send({ is: 'event', id, ...event });
      link.send({ is: 'completion', id, ok: next.ok });
    });
    link.send({ is: 'hello', door: 'madoguchi', version: 1, role: 'gate', software: 'raw' });
    linked.resolve(link);
  });
  await new Promise<void>(resolve => server.listen(socket, resolve));
  const log = notedLog();
  const keeper = new GateKeeper({ socket, software: 'test', clock: systemClock, log, random: Math.random });
  const news: GateNews[] = [];
  const open = new Promise<void>(resolve =>
    keeper.onNews(one => {
      news.push(one);
      if (one.is === 'open') resolve();
    }),
  );
  keeper.start();
  await open;
  try {
    await work({ keeper, next, link: await linked.promise, news, log });
  } finally {
    await keeper.close();
    await new Promise<void>(resolve => server.close(() => resolve()));
    await rm(folder, { recursive: true });
  }
}

const wrongPrints: Record<string, [ok: unknown, field: string]> = {
  'ten thousand impressions': [
    { outcome: { ...outcome, impressions: 10_000 }, evidence },
    'outcome.impressions',
  ],
  'impressions below none': [{ outcome: { ...outcome, impressions: -2 }, evidence }, 'outcome.impressions'],
  'a result of its own': [{ outcome: { ...outcome, result: 'almost' }, evidence }, 'outcome.result'],
  'a flood of reasons': [
    { outcome: { ...outcome, jobReasons: Array(33).fill('media-jam') }, evidence },
    'outcome.jobReasons',
  ],
  'evidence too long for the ledger': [{ outcome, evidence: Buffer.alloc(2049) }, 'evidence'],
  'no evidence': [{ outcome }, 'evidence'],
};

for (const [what, [ok, field]] of Object.entries(wrongPrints))
  test(`print that completes with ${what} is door/badResult, and the door stays open`, () =>
    withGate(async ({ keeper, next, log, news }) => {
      next.ok = ok;
      const call = () => keeper.call('print', { transaction, timeoutMs: 1000 }, within);
      const error = await call().catch(caught => caught);
      assert.equal([error.code, error.detail], ['door/badResult', { command: 'print', field }]);
      assert.equal(log.lines, [['result refused', { command: 'print', field }]]);
      next.ok = { outcome, evidence };
      assert.is((await call()).outcome.impressions, 2);
      assert.equal(
        news.map(({ is }) => is),
        ['open'],
      );
    }));

test('a job that the journal could not record is refused at the door', () =>
  withGate(async ({ keeper, next }) => {
    for (const job of [
      { id: -1, uri: 'ipp://localhost/1' },
      { id: 2 ** 31, uri: 'ipp://localhost/1' },
      { id: 1, uri: 'j'.repeat(1024) },
    ]) {
      next.ok = { job, impressions: 1 };
      const error = await keeper.call('createJob', { transaction }, within).catch(caught => caught);
      assert.is(error.code, 'door/badResult');
    }
  }));

test('words of a printer that are no line for a screen do not reach it', () =>
  withGate(async ({ keeper, next, log }) => {
    const printing = (message: string) => ({
      name: 'printing',
      payload: { impressions: 0, reasons: [], message },
    });
    next.events = ['x'.repeat(121), 'two\nlines', 'turned \u202e round', 'Jam behind door B'].map(printing);
    next.ok = { outcome, evidence };
    const shown: unknown[] = [];
    const onEvent = (event: unknown) => shown.push(event);
    await keeper.call('print', { transaction, timeoutMs: 1000 }, { ...within, onEvent });
    assert.equal(shown, [printing('Jam behind door B')]);
    assert.equal(log.lines, [['event refused', { command: 'print', event: 'printing', field: 'message' }]]);
  }));

test('a device that there is not, and a state with a field too many, are not believed', () =>
  withGate(async ({ keeper, next, link, news }) => {
    link.send({ is: 'event', name: 'device', payload: { device: 'vault', online: true } });
    link.send({ is: 'event', name: 'device', payload: { device: 'page', online: true } });
    while (news.length < 2) await new Promise(setImmediate);
    assert.equal(news[1], {
      is: 'event',
      event: { name: 'device', payload: { device: 'page', online: true } },
    });
    next.ok = { ...goodDevices, till: { online: true } };
    const error = await keeper.call('status', {}, within).catch(caught => caught);
    assert.equal([error.code, error.detail.field], ['door/badResult', '(unknown)']);
  }));

test.run();
