// timeout: 480 s
// Up to the fee, and where only records are left to send: the states between change nothing for a broker (npm run test:faults).
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

testFaults('broker killed', faultsOf(...states.map(state => `broker.killed-at-${state}`)));
