// timeout: 180 s
import { testKills } from './kills.ts';

testKills('kills before the payment', ['cardReturned', 'fetch', 'check']);
