// A terminal that misses nothing.
import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import type { LedgerStatus } from '../../../agent/ledger/ledger-status.ts';
import type { HubFacts } from '../../../agent/readiness/hub-conditions.ts';
import type { ReadinessFacts } from '../../../agent/readiness/readiness.ts';

export const goodDevices: DeviceStatus = {
  card: { online: true, present: false },
  pinpad: { online: true },
  receipt: { online: true, cover: 'closed', paper: 'full', error: 'none' },
  page: { online: true, state: 'idle', reasons: ['none'], accepting: true, ready: true },
  native: true,
};

export const goodLedger: LedgerStatus = {
  waiting: 0,
  reserveReached: false,
  failure: undefined,
  standing: 'agreed',
  stopped: undefined,
};

const day = 86_400_000;

export const goodHub: HubFacts = {
  standing: { is: 'there', missing: [] },
  validity: { file: 'certificate.pem', from: 0, until: 300 * day },
  wall: 100 * day,
  wrongByMs: undefined,
  lineTooSlow: false,
};
export const hubOffline: HubFacts = { ...goodHub, standing: { is: 'offline', missing: [] } };

export const allReady: ReadinessFacts = {
  devices: goodDevices,
  hub: goodHub,
  panelConnected: true,
  ledger: goodLedger,
  openTransaction: false,
};
