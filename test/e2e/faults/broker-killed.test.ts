// timeout: 480 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('broker killed at every state', faultsOf('broker.killed'));
