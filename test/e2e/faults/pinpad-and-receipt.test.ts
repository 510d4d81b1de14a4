// timeout: 240 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('faults of PIN pad and receipt printer', faultsOf('pinpad.', 'receipt.'));
