// timeout: 480 s

import { testFaults } from './fault-suite.ts';
import { feltDeathsOf } from './of.ts';

testFaults('broker killed', feltDeathsOf('broker'));
