// timeout: 300 s

import { testFaults } from './fault-suite.ts';
import { faultsOf } from './of.ts';

testFaults('faults of card and reader', faultsOf('card.'));
