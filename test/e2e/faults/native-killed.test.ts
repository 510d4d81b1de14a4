// timeout: 480 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('native killed at every state', faultsOf('native.killed'));
