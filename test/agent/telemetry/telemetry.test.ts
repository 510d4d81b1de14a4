// timeout: 120 s
// Telemetry at the virtual hub, over a real broker: in order, behind the ledger, with its gaps counted.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { startDrain } from '../../../agent/ledger/drain.ts';
import { isHubBehind } from '../../../agent/ledger/drain-machine.ts';
import { LinkError } from '../../../agent/link/link-error.ts';
import type { Link, LinkListener } from '../../../agent/link/link-options.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { encodeRecord } from '../../../agent/protocol/ledger.ts';
import { Telemetry } from '../../../agent/telemetry/telemetry.ts';
import type { TelemetryLog } from '../../../agent/telemetry/telemetry-log.ts';
import { openLedgerReader } from '../../../simulator/hub/ledger/ledger.ts';
import { startHub } from '../../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { enrolled, until } from '../../simulator/hub/enrolled.ts';
import { goodLedger } from '../readiness/all-ready.ts';
import { numbered, numberOf, smallLog } from './telemetry-rig.ts';

const dir = temporaryFolder('telemetry');
const hub = await startHub({ dir: join(dir, 'hub'), say: () => undefined, cardAuthority: [] });
test.after(async () => {
  await hub.close();
  rmSync(dir, { recursive: true });
});

let terminals = 0;

const hubReport = {
  hubOnline: true,
  hub: {
    brokerOnline: true,
    clockAheadMs: -5,
    certificate: { file: 'certificate.pem', until: '2027-01-01', days: 30 },
    unused: 2,
  },
};

/** Enrolled and connected; `before` fills the log while nothing is sent. */
async function telling(before = 0, ledgerRecords = 0) {
  const terminal = `shop-${++terminals}`;
  const folder = join(dir, terminal);
  const { home, own, link } = await enrolled(hub, folder, terminal);
  const ledger = await openJournal({
    ...own,
    folder: join(folder, 'journal'),
    log: 'ledger',
    dataKeys: home.journalKeys,
    checkpoint: () => ({ body: Buffer.alloc(1) }),
    reserveSegments: 1,
  });
  const log = await smallLog(join(folder, 'telemetry'), { ...own, dataKeys: home.journalKeys });
  for (let n = 1; n <= before; n++) {
    log.tell(numbered(n));
    while (log.journal!.last.seq < n - 100) await new Promise(setImmediate);
  }
  const record = () => ledger.append(encodeRecord({ type: 'start', software: 'madoguchi 0.0.0', wall: 1 }));
  for (let n = 0; n < ledgerRecords; n++) await record();
  const failures: string[] = [];
  const onAlarm = ({ code }: { code: string }) => void failures.push(code);
  const drain = startDrain({ ...own, journal: ledger, link, onAlarm });
  const status = async () => ({
    ...goodLedger,
    waiting: ledger.last.seq - ledger.acknowledged.seq,
  });
  const telemetry = new Telemetry({
    ...{ ...own, log, link, onFailure: onAlarm },
    ledger: { status, settled: () => drain.settled() },
    hub: { onUnused: () => undefined, report: hubReport },
    droppedLogLines: () => 7,
  });
  telemetry.start();
  return {
    ...{ terminal, log, ledger, drain, telemetry, failures },
    record,
    received: () => hub.telemetry.records(terminal),
    async close() {
      await drain.close();
      await telemetry.close();
      await link.close();
      await ledger.close();
    },
  };
}

test('each record arrives once and in order, while hub and broker die', async () => {
  const { received, telemetry, failures, terminal, ...rest } = await telling();
  const conditions = (codes: string[]) =>
    telemetry.onLook({ conditions: codes.map(code => ({ code })), warnings: [], devices: undefined });
  conditions(['hub/offline']);
  await until(() => received().length >= 4);
  await hub.crash();
  conditions([]);
  await hub.recover();
  await hub.broker.kill();
  conditions(['receipt/paper']);
  await hub.broker.start();
  await until(() =>
    received().some(record => record.type === 'condition' && record.code === 'receipt/paper'),
  );
  await until(() => received().at(-1)!.type === 'link');
  assert.equal(
    received()
      .filter(({ type }) => type !== 'link')
      .map(record => ('code' in record ? `${record.code} ${'is' in record ? record.is : ''}` : record.type)),
    ['start', 'hub/offline lost', 'journal', 'hub', 'hub/offline back', 'receipt/paper lost'],
  );
  const ends = received().flatMap(record =>
    record.type === 'link' && record.is === 'down' ? record.code : [],
  );
  assert.ok(ends.length > 0 && ends.every(code => code?.startsWith('link/')), `why it was down: ${ends}`);
  const health = received().find(({ type }) => type === 'journal');
  assert.is(health?.type === 'journal' && health.logDropped, 7);
  assert.equal([failures, hub.telemetry.missing(terminal)], [[], 0]);
  await rest.close();
});

test('why the link went down is recorded with the reason of the broker, and how the hub stands with each number', async () => {
  const facts: object[] = [];
  let tellLink: LinkListener = () => undefined;
  const link = {
    online: true,
    onOnline: (listener: LinkListener) => {
      tellLink = listener;
      return () => undefined;
    },
  } as Link;
  const log = {
    journal: undefined,
    tell: fact => facts.push(fact),
    dropped: async () => 3,
    close: async () => undefined,
  } as Pick<TelemetryLog, 'journal' | 'tell' | 'dropped' | 'close'> as TelemetryLog;
  const keys = newKeyPair();
  const software = 'madoguchi 0.0.0';
  const telemetry = new Telemetry({
    ...{ terminal: 'shop-0', epoch: 1, agentKey: keys, hubKey: () => keys.coseKey, clock: new ManualClock() },
    ...{ log, link, software, onFailure: () => undefined, droppedLogLines: () => 7 },
    ledger: {
      status: async () => ({ ...goodLedger, waiting: 5, reserveReached: true }),
      settled: async () => undefined,
    },
    hub: { onUnused: () => undefined, report: hubReport },
  });
  telemetry.start();
  await settle();
  tellLink(false, new LinkError('link/ended', { detail: { reason: 0x8b } }));
  tellLink(false, new LinkError('link/offline'));
  await telemetry.close();
  assert.equal(facts, [
    { type: 'start', software },
    { type: 'link', is: 'up' },
    { type: 'journal', waiting: 5, reserveReached: true, dropped: 3, logDropped: 7 },
    { type: 'hub', unused: 2, certificateDays: 30, clockAheadMs: -5 },
    { type: 'link', is: 'down', code: 'link/ended', reason: 0x8b },
    { type: 'link', is: 'down', code: 'link/offline' },
    { type: 'stop', software },
  ]);
});

test('it waits until the ledger has everything, and the ledger never waits for it', async () => {
  hub.behaviours.acknowledgement.push(() => 'nothing');
  const { record, received, drain, ledger, terminal, ...rest } = await telling(1200, 1);
  await until(() => hub.ledger.cursor(terminal) === 1 && drain.state.silent > 0);
  assert.is(received().length, 0);
  hub.behaviours.acknowledgement.pop();
  await until(() => received().length >= 1200);
  for (let n = 0; n < 20; n++) await record();
  await drain.drained();
  assert.is(ledger.acknowledged.seq, 21);
  await rest.close();
});

test('telemetry is sent also where the hub has lost what it acknowledged', async () => {
  const { record, received, drain, telemetry, terminal, ...rest } = await telling(0, 5);
  await drain.drained();
  await until(() => received().length > 0);
  const empty = join(dir, `${terminal}-empty.db`);
  openLedgerReader(empty).close();
  await hub.restore(empty, { sameGeneration: true });
  await record();
  await until(() => isHubBehind(drain.state));
  telemetry.onLook({ conditions: [{ code: 'journal/hubBehind' }], warnings: [], devices: undefined });
  await until(() => received().some(({ type }) => type === 'condition'));
  assert.is(hub.ledger.cursor(terminal), 0);
  await rest.close();
});

test('records that were dropped before they were sent are a gap that the hub counts; all later ones arrive', async () => {
  const { received, log, terminal, failures, ...rest } = await telling(5000);
  await until(() => received().filter(({ type }) => type !== 'journal' && type !== 'hub').length >= 2);
  const dropped = await log.dropped();
  assert.ok(dropped > 500, `${dropped} dropped`);
  const missing = hub.telemetry.missing(terminal);
  assert.ok(missing > 500 && missing <= dropped, `${missing} missing`); // more may have gone since it was sent
  const numbers = received()
    .map(numberOf)
    .filter(number => number > 0);
  assert.is(numbers.length, 5000 - missing);
  assert.is(numbers.at(-1), 5000);
  assert.equal(
    numbers.toSorted((a, b) => a - b),
    numbers,
  );
  assert.equal(failures, []);
  await rest.close();
});

test.run();
