// A terminal at which everything stands.

import type { DeviceStatus } from '../../../agent/commands/device-status.ts';
import type { ReadinessFacts } from '../../../agent/readiness/readiness.ts';

export const goodDevices: DeviceStatus = {
  card: { online: true, present: false },
  pinpad: { online: true },
  receipt: { online: true, cover: 'closed', paper: 'full', error: 'none' },
  page: { online: true, state: 'idle', reasons: ['none'], accepting: true, ready: true },
  native: true,
};

export const allReady: ReadinessFacts = {
  devices: goodDevices,
  hubOnline: true,
  panelConnected: true,
  journalFull: false,
  standing: 'agreed',
  journalStopped: undefined,
  openTransaction: false,
};
