// timeout: 120 s
// Telemetry at the virtual hub, over a real broker: in order, behind the ledger, with its gaps counted.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { startDrain } from '../../../agent/ledger/drain.ts';
import { isHubBehind } from '../../../agent/ledger/drain-machine.ts';
import { encodeRecord } from '../../../agent/protocol/ledger.ts';
import { Telemetry } from '../../../agent/telemetry/telemetry.ts';
import { openLedgerReader } from '../../../simulator/hub/ledger/ledger.ts';
import { startHub } from '../../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { enrolled, until } from '../../simulator/hub/enrolled.ts';
import { numbered, numberOf, smallLog, span } from './telemetry-rig.ts';

const dir = temporaryFolder('telemetry');
const hub = await startHub({ dir: join(dir, 'hub'), say: () => undefined, cardAuthority: [] });
test.after(async () => {
  await hub.close();
  rmSync(dir, { recursive: true });
});

let terminals = 0;

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
  const telemetry = new Telemetry({ ...own, log, link, ledger, ledgerDrain: drain, onFailure: onAlarm });
  return {
    ...{ terminal, log, ledger, drain, telemetry, failures },
    record,
    told: () => hub.telemetry.records(terminal),
    async close() {
      await drain.close();
      await telemetry.close();
      await link.close();
      await ledger.close();
    },
  };
}

test('what is told arrives once and in order, over a hub and a broker that die', async () => {
  const { told, telemetry, failures, terminal, ...rest } = await telling();
  const legs = (codes: string[]) =>
    telemetry.onLook({ legs: codes.map(code => ({ code })), devices: undefined });
  legs(['hub/offline']);
  await until(() => told().length >= 4);
  await hub.crash();
  legs([]);
  await hub.recover();
  await hub.broker.kill();
  legs(['receipt/paper']);
  await hub.broker.start();
  await until(() => told().some(record => record.type === 'leg' && record.code === 'receipt/paper'));
  await until(() => told().at(-1)!.type === 'link');
  assert.equal(
    told()
      .filter(({ type }) => type !== 'link')
      .map(record => ('code' in record ? `${record.code} ${'is' in record ? record.is : ''}` : record.type)),
    ['start', 'hub/offline lost', 'journal', 'hub/offline back', 'receipt/paper lost'],
  );
  assert.equal([failures, hub.telemetry.missing(terminal)], [[], 0]);
  await rest.close();
});

test('it waits until the ledger has everything, and the ledger never waits for it', async () => {
  hub.behaviours.acknowledgement.push(() => 'nothing');
  const { record, told, drain, ledger, terminal, ...rest } = await telling(1500, 1);
  await until(() => hub.ledger.cursor(terminal) === 1 && drain.state.silent > 0);
  assert.is(told().length, 0);
  hub.behaviours.acknowledgement.pop();
  await until(() => told().length >= 1500);
  for (let n = 0; n < 20; n++) await record();
  await drain.drained();
  assert.is(ledger.acknowledged.seq, 21);
  await rest.close();
});

test('it is told, too, by a terminal whose hub has lost what it acknowledged', async () => {
  const { record, told, drain, telemetry, terminal, ...rest } = await telling(0, 5);
  await drain.drained();
  await until(() => told().length > 0);
  const empty = join(dir, `${terminal}-empty.db`);
  openLedgerReader(empty).close();
  await hub.restore(empty, { sameGeneration: true });
  await record();
  await until(() => isHubBehind(drain.state));
  telemetry.onLook({ legs: [{ code: 'journal/hubBehind' }], devices: undefined });
  await until(() => told().some(({ type }) => type === 'leg'));
  assert.is(hub.ledger.cursor(terminal), 0);
  await rest.close();
});

test('what it had to drop before the hub heard it is a gap that the hub counts; all behind it is there', async () => {
  const { told, log, terminal, failures, ...rest } = await telling(5000);
  await until(() => told().filter(({ type }) => type !== 'journal').length >= 2);
  const dropped = await log.dropped();
  assert.ok(dropped > 500, `${dropped} dropped`);
  const missing = hub.telemetry.missing(terminal);
  assert.ok(missing > 500 && missing <= dropped, `${missing} missing`); // more may have gone since it was sent
  const numbers = told()
    .map(numberOf)
    .filter(number => number > 0);
  assert.equal(span(numbers), [missing + 1, 5000]);
  assert.equal(failures, []);
  await rest.close();
});

test.run();
