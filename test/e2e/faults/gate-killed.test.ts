// timeout: 300 s

import { testFaults } from './fault-suite.ts';
import { faultsOf } from './of.ts';

testFaults('gate killed at every state', faultsOf('gate.killed'));
