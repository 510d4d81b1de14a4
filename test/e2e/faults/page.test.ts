// timeout: 480 s

import { testFaults } from './fault-suite.ts';
import { faultsOf } from './of.ts';

testFaults('faults of the page printer', faultsOf('page.'));
