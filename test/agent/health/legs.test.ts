import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Legs, legCodes, legsOfReasons, missingLegs } from '../../../agent/health/legs.ts';
import type { DeviceStatus } from '../../../drivers/contract/commands.ts';
import { goodDevices, goodLegs } from './good-legs.ts';

const withDevice = (change: Partial<DeviceStatus>): Partial<Legs> => ({
  devices: { ...goodDevices, ...change },
});
const { receipt, page } = goodDevices;

const faults: [code: string, leg: string, hint: RegExp, change: Partial<Legs>][] = [
  ['panel/offline', 'panel', /screen/, { panelConnected: false }],
  ['hub/offline', 'hub', /network/, { hubOnline: false }],
  ['journal/reserve', 'journal', /hub/, { journalFull: true }],
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
  ...(
    [
      ['page/paper', /A4/, 'media-empty'],
      ['page/jam', /jam/, 'media-jam'],
      ['page/door', /doors/, 'door-open'],
      ['page/toner', /toner/, 'toner-empty'],
      ['page/output', /output tray/, 'output-area-full'],
      ['page/notReady', /: fuser-over-temp\.$/, 'fuser-over-temp'],
    ] as const
  ).map(
    ([code, hint, reason]) =>
      [code, 'page', hint, withDevice({ page: { ...page, ready: false, reasons: [reason] } })] as [
        string,
        string,
        RegExp,
        Partial<Legs>,
      ],
  ),
  ['page/busy', 'page', /ended its job/, withDevice({ page: { ...page, ready: false } })],
  ['page/notReady', 'page', /stopped/, withDevice({ page: { ...page, ready: false, state: 'stopped' } })],
  ['pinpad/tampered', 'pinpad', /operator/, withDevice({ pinpad: { online: true, tampered: true } })],
  ['journal/stopped', 'journal', /\(journal\/cut\)/, { journalStopped: 'journal/cut' }],
];

test('when everything stands, nothing is missing', () => {
  assert.equal(missingLegs(goodLegs), []);
});

for (const [code, leg, hint, change] of faults)
  test(`${code} is the one leg that is missing when it alone is (${hint.source})`, () => {
    const missing = missingLegs({ ...goodLegs, ...change });
    assert.equal(
      missing.map(one => [one.leg, one.code]),
      [[leg, code]],
    );
    assert.match(missing[0]?.hint ?? '', hint);
  });

test('every code of the list is reached by a fault of its own', () => {
  assert.equal(Object.keys(legCodes).sort(), [...new Set(faults.map(([code]) => code))].sort());
});

test('what a device does not know, and paper that is low, stop nobody', () => {
  for (const change of [
    { cover: 'unknown' },
    { paper: 'unknown' },
    { paper: 'low' },
    { error: 'unknown' },
  ] as const)
    assert.equal(missingLegs({ ...goodLegs, ...withDevice({ receipt: { ...receipt, ...change } }) }), []);
});

test('a printer with several troubles has each of them told once, and each tells the staff what to do', () => {
  const reasons = ['media-jam', 'door-open', 'cover-open'];
  const missing = missingLegs({ ...goodLegs, ...withDevice({ page: { ...page, ready: false, reasons } }) });
  assert.equal(
    missing.map(({ code }) => code),
    ['page/jam', 'page/door'],
  );
  assert.equal(legsOfReasons([...reasons, 'toner-low']), missing);
  for (const [, , text] of Object.values(legCodes)) assert.match(text, /。$/);
});

test('several faults are all told, what is nearest to a person first', () => {
  const devices = {
    native: false,
    card: { online: false, present: false },
    pinpad: { online: false },
    receipt: { ...receipt, online: false },
    page: { ...page, online: false, ready: false },
  };
  const legs = { ...goodLegs, hubOnline: false, panelConnected: false, devices };
  assert.equal(
    missingLegs(legs).map(({ code }) => code),
    ['panel/offline', 'hub/offline', 'native/offline', 'page/offline'],
  );
});

test.run();
