import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import type { JournalFailure } from '../../../agent/journal/journal-failure.ts';
import type { LedgerStatus } from '../../../agent/ledger/ledger-status.ts';
import type { HubStanding } from '../../../agent/link/hub-watch.ts';
import type { ServiceName } from '../../../agent/protocol/exchange.ts';
import { conditionCodes } from '../../../agent/readiness/condition-codes.ts';
import { daysLeft, type HubFacts, warningsOf } from '../../../agent/readiness/hub-conditions.ts';
import { conditionsWhilePrinting } from '../../../agent/readiness/page-conditions.ts';
import { missingConditions, type ReadinessFacts } from '../../../agent/readiness/readiness.ts';
import { isTooSlow } from '../../../agent/readiness/slow-line.ts';
import { allReady, goodDevices, goodHub, goodLedger, hubOffline } from './all-ready.ts';

const withDevice = (change: Partial<DeviceStatus>): Partial<ReadinessFacts> => ({
  devices: { ...goodDevices, ...change },
});
const withLedger = (change: Partial<LedgerStatus>): Partial<ReadinessFacts> => ({
  ledger: { ...goodLedger, ...change },
});
const withStanding = (is: HubStanding['is'], ...missing: ServiceName[]): Partial<ReadinessFacts> => ({
  hub: { ...goodHub, standing: { is, missing } },
});
const withFailure = (failure: JournalFailure) => withLedger({ failure });
const { receipt, page } = goodDevices;
const complains = (...reasons: string[]) => withDevice({ page: { ...page, ready: false, reasons } });

const faults: [code: string, part: string, hint: RegExp, change: Partial<ReadinessFacts>][] = [
  ['panel/offline', 'panel', /screen/, { panelConnected: false }],
  ['hub/offline', 'hub', /network/, { hub: hubOffline }],
  ['hub/slow', 'hub', /SIM/, { hub: { ...goodHub, lineTooSlow: true } }],
  ['hub/silent', 'hub', /does not answer/, withStanding('silent')],
  [
    'hub/version',
    'hub',
    /link\/version/,
    { hub: { ...goodHub, standing: { is: 'silent', missing: [], failure: 'link/version' } } },
  ],
  ['hub/cardAuthentication', 'hub', /card authentication/, withStanding('there', 'cardAuthentication')],
  ['hub/cardStandard', 'hub', /card standard/, withStanding('there', 'cardStandard')],
  ['hub/issuing', 'hub', /issuing/, withStanding('there', 'issuing')],
  [
    'certificate/expired',
    'certificate',
    /certificate\.pem was valid until 1970-10-28\.$/,
    { hub: { ...hubOffline, wall: hubOffline.validity.until + 1 } },
  ],
  ['journal/reserve', 'journal', /hub/, withLedger({ reserveReached: true })],
  ['journal/reserve', 'journal', /hub/, withLedger({ failure: { code: 'journal/full', limit: 'budget' } })],
  [
    'journal/disk',
    'journal',
    /\(journal\/io, \/home\/agent\)/,
    withFailure({ code: 'journal/io', path: '/home/agent' }),
  ],
  ['journal/diskReadOnly', 'journal', /mount/, withFailure({ code: 'journal/readOnly' })],
  ['journal/taken', 'journal', /other agent/, withLedger({ stopped: 'journal/lockLost' })],
  ['journal/diskDenied', 'journal', /user/, withFailure({ code: 'journal/denied' })],
  [
    'journal/diskFull',
    'journal',
    /journal\/full, space/,
    withFailure({ code: 'journal/full', limit: 'space' }),
  ],
  [
    'journal/diskFull',
    'journal',
    /journal\/full, quota/,
    withFailure({ code: 'journal/full', limit: 'quota' }),
  ],
  ['journal/diskInodes', 'journal', /inodes/, withFailure({ code: 'journal/full', limit: 'inodes' })],
  ['journal/diskBlocks', 'journal', /mkfs/, withFailure({ code: 'journal/blockSize' })],
  ['journal/diskContent', 'journal', /place/, withFailure({ code: 'journal/wrongType' })],
  ['journal/openFiles', 'journal', /limit/, withFailure({ code: 'journal/tooManyFiles' })],
  ['journal/key', 'journal', /key/, withLedger({ stopped: 'journal/wrongKey' })],
  ['journal/version', 'journal', /version/, withLedger({ stopped: 'journal/unreadable' })],
  ['money/open', 'money', /interrupted/, { openTransaction: true }],
  ['gate/offline', 'gate', /restart/, { devices: undefined }],
  ['native/offline', 'gate', /restart/, withDevice({ native: false })],
  ['card/readerOffline', 'card', /card reader/, withDevice({ card: { online: false, present: false } })],
  ['pinpad/offline', 'pinpad', /PIN pad/, withDevice({ pinpad: { online: false } })],
  ['receipt/offline', 'receipt', /power/, withDevice({ receipt: { ...receipt, online: false } })],
  ['receipt/cover', 'receipt', /cover/, withDevice({ receipt: { ...receipt, cover: 'open' } })],
  ['receipt/paper', 'receipt', /roll/, withDevice({ receipt: { ...receipt, paper: 'out' } })],
  ['receipt/error', 'receipt', /off and on/, withDevice({ receipt: { ...receipt, error: 'cutter' } })],
  ['page/offline', 'page', /power/, withDevice({ page: { ...page, online: false, ready: false } })],
  ['page/paper', 'page', /A4/, complains('media-empty')],
  ['page/jam', 'page', /jam/, complains('media-jam')],
  ['page/door', 'page', /doors/, complains('door-open')],
  ['page/toner', 'page', /toner/, complains('toner-empty')],
  ['page/output', 'page', /output tray/, complains('output-area-full')],
  ['page/notReady', 'page', /says: fuser-over-temp$/, complains('fuser-over-temp', 'toner-low')],
  ['page/notReady', 'page', /says: paused$/, complains('paused')],
  ['page/notReady', 'page', /display/, withDevice({ page: { ...page, ready: false, state: 'stopped' } })],
  ['page/busy', 'page', /ended its job/, complains()],
  ['page/busy', 'page', /ended its job/, complains('toner-low')],
  ['pinpad/counterFile', 'pinpad', /disk/, withDevice({ pinpad: { online: false, counterFile: true } })],
  ['journal/unconfirmed', 'journal', /compared/, withLedger({ standing: 'unconfirmed' })],
  ['journal/hubBehind', 'journal', /generation/, withLedger({ standing: 'hubBehind' })],
  ['pinpad/tampered', 'pinpad', /operator/, withDevice({ pinpad: { online: true, tampered: true } })],
  ['journal/stopped', 'journal', /\(journal\/cut\)/, withLedger({ stopped: 'journal/cut' })],
];

test('a line is too slow where no piece of a document comes within hubMs; unmeasured it is not', () => {
  const slow = (bytesPerSecond: number | undefined, hubMs = 15_000) => isTooSlow(bytesPerSecond, { hubMs });
  assert.equal([slow(undefined), slow(3_700), slow(7_500)], [false, true, false]);
  assert.ok(isTooSlow(5_000, { hubMs: 15_000 }, true), 'it has to become clearly better');
  assert.not(isTooSlow(5_000, { hubMs: 15_000 }));
  assert.equal([slow(7_500, 5_000), slow(3_700, 30_000)], [true, false], 'the configured wait counts');
});

test('where everything is ready, nothing is missing', () => {
  assert.equal(missingConditions(allReady), []);
});

for (const [code, part, hint, change] of faults)
  test(`${code} is the only missing condition where it alone is missing (${hint.source})`, () => {
    const missing = missingConditions({ ...allReady, ...change });
    assert.equal(
      missing.map(one => [one.part, one.code]),
      [[part, code]],
    );
    assert.match(missing[0]?.hint ?? '', hint);
  });

test('every code of the list is reached by a fault of its own', () => {
  assert.equal(Object.keys(conditionCodes).sort(), [...new Set(faults.map(([code]) => code))].sort());
});

test('unknown states of a device, and paper that is low, stop nobody', () => {
  for (const change of [
    { cover: 'unknown' },
    { paper: 'unknown' },
    { paper: 'low' },
    { error: 'unknown' },
  ] as const)
    assert.equal(
      missingConditions({ ...allReady, ...withDevice({ receipt: { ...receipt, ...change } }) }),
      [],
    );
});

test('where the printer names the place, operator and staff see it with the first of its conditions', () => {
  const message = 'Jam behind door B';
  const reasons = ['media-jam', 'door-open'];
  const [jam, door] = missingConditions({
    ...allReady,
    ...withDevice({ page: { ...page, ready: false, reasons, message } }),
  });
  assert.is(jam?.hint, 'Clear the paper jam in the page printer. The printer says: Jam behind door B');
  assert.match(jam?.text ?? '', /^プリンターに詰まった用紙.*：Jam behind door B）$/);
  assert.not.match(door?.hint ?? '', message);
  assert.equal(conditionsWhilePrinting({ reasons, message }), [jam, door]);
});

test('a printer that only warns or warms up during a print calls nobody; one that goes away does', () => {
  assert.equal(conditionsWhilePrinting({ reasons: ['toner-low', 'fuser-under-temp', 'none'] }), []);
  assert.equal(
    conditionsWhilePrinting({ reasons: ['page/offline'] }).map(({ code }) => code),
    ['page/offline'],
  );
});

test('a hub that is away is one missing condition, not two; so is a stopped journal', () => {
  const codes = (facts: Partial<ReadinessFacts>) =>
    missingConditions({ ...allReady, ...facts }).map(({ code }) => code);
  assert.equal(codes({ hub: hubOffline, ...withLedger({ standing: 'unconfirmed' }) }), ['hub/offline']);
  assert.equal(codes({ ...withStanding('silent'), ...withLedger({ standing: 'unconfirmed' }) }), [
    'hub/silent',
  ]);
  assert.equal(codes(withLedger({ stopped: 'journal/cut', reserveReached: true, standing: 'hubBehind' })), [
    'journal/stopped',
  ]);
});

test('a certificate that has run out stops nobody who is connected, and warns from the last third of its life on', () => {
  const { validity } = goodHub;
  const at = (wall: number) => ({ ...goodHub, wall });
  const day = 86_400_000;
  const codes = (facts: HubFacts) => warningsOf(facts).map(({ code }) => code);
  assert.equal(codes(at(200 * day)), []);
  assert.equal(codes(at(200 * day + 1)), ['certificate/ending']);
  assert.match(warningsOf(at(201 * day))[0]?.hint ?? '', /valid until 1970-10-28: 99 days left\.$/);
  const over = at(validity.until + 1);
  assert.match(warningsOf(over)[0]?.hint ?? '', /was valid until 1970-10-28\.$/);
  assert.equal(missingConditions({ ...allReady, hub: over }), []);
  assert.is(daysLeft(over), -1);
});

test('a clock that differs from the hub’s is a warning that says by how much', () => {
  const hint = (wrongByMs: number) => warningsOf({ ...goodHub, wrongByMs })[0]?.hint ?? '';
  assert.match(hint(61_000), /61 s ahead of the hub's/);
  assert.match(hint(-3_600_000), /3600 s behind the hub's/);
  const { validity } = goodHub;
  const early = { ...goodHub, validity: { ...validity, from: 200 * 86_400_000 } };
  assert.match(
    warningsOf(early)[0]?.hint ?? '',
    /shows 1970-04-11; certificate.pem is valid from 1970-07-20/,
  );
  assert.equal(missingConditions({ ...allReady, hub: { ...goodHub, wrongByMs: 61_000 } }), []);
});

test('each trouble of a printer is listed once, and says what the staff do', () => {
  const reasons = ['media-jam', 'door-open', 'cover-open'];
  const missing = missingConditions({
    ...allReady,
    ...withDevice({ page: { ...page, ready: false, reasons } }),
  });
  assert.equal(
    missing.map(({ code }) => code),
    ['page/jam', 'page/door'],
  );
  assert.equal(conditionsWhilePrinting({ reasons: [...reasons, 'toner-low'] }), missing);
  for (const [, , text] of Object.values(conditionCodes)) assert.match(text, /。$/);
});

test('several faults are all listed, the nearest to a person first', () => {
  const devices = {
    native: false,
    card: { online: false, present: false },
    pinpad: { online: false },
    receipt: { ...receipt, online: false },
    page: { ...page, online: false, ready: false },
  };
  const facts = { ...allReady, hub: hubOffline, panelConnected: false, devices };
  assert.equal(
    missingConditions(facts).map(({ code }) => code),
    ['panel/offline', 'hub/offline', 'native/offline', 'page/offline'],
  );
});

test.run();
