// timeout: 480 s

import { testFaults } from './fault-suite.ts';
import { faultsOf } from './of.ts';

testFaults('native killed at every state', faultsOf('native.killed'));
