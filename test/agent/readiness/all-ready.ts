// A terminal that misses nothing.
import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import type { LedgerStatus } from '../../../agent/ledger/status.ts';
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

export const allReady: ReadinessFacts = {
  devices: goodDevices,
  hubOnline: true,
  lineTooSlow: false,
  panelConnected: true,
  ledger: goodLedger,
  openTransaction: false,
};
