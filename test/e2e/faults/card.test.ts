// timeout: 300 s
import { faultsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('faults of card and reader', faultsOf('card.'));
