// timeout: 180 s
import { testKills } from './kills.ts';

testKills('kills from the payment on', ['pay', 'capture', 'print', 'printing', 'receipt']);
