// timeout: 300 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('gate killed at every state', faultsOf('gate.killed'));
