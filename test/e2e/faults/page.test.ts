// timeout: 480 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('faults of the page printer', faultsOf('page.'));
