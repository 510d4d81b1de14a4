// timeout: 480 s
import { feltDeathsOf } from './of.ts';
import { testFaults } from './play.ts';

testFaults('hub killed', feltDeathsOf('hub'));
