// timeout: 480 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('hub killed at every state', faultsOf('hub.killed'));
