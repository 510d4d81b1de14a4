// timeout: 300 s

import { testFaults } from './fault-suite.ts';
import { faultsOf } from './of.ts';

testFaults(
  'faults of the hub',
  faultsOf('hub.l', 'hub.a', 'hub.s', 'hub.f', 'hub.c', 'hub.i', 'hub.w', 'hub.p', 'hub.m'),
);
