// timeout: 240 s

import { testFaults } from './fault-suite.ts';
import { faultsOf } from './of.ts';

testFaults('faults of till and customer', faultsOf('till.', 'customer.'));
