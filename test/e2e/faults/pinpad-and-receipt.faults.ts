// timeout: 300 s
// waits
import { playSuite } from './fault-suite.ts';

playSuite('pinpad-and-receipt');
