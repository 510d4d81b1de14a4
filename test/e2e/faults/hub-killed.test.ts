// timeout: 480 s

import { testFaults } from './fault-suite.ts';
import { feltDeathsOf } from './of.ts';

// A process of its own here. Beside another fault of the hub's, which lives in the hub's own process, its death is played.
testFaults('hub killed with -9', feltDeathsOf('hub'), { hub: 'process' });
