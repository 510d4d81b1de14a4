// timeout: 480 s
// Up to the fee, and where only records are left to send: the states between change nothing for a hub (npm run test:faults).
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

const states = [
  'card',
  'pin',
  'auth',
  'choose',
  'conf',
  'order',
  'cardR',
  'fetch',
  'check',
  'pay',
  'receipt',
];

testFaults('hub killed', faultsOf(...states.map(state => `hub.killed-at-${state}`)));
