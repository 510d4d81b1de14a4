// timeout: 150 s
import { testKills } from './kills.ts';

testKills('kills after the order', [
  ...(['cardReturned', 'fetch', 'check', 'pay', 'capture', 'print', 'printing', 'receipt'] as const),
]);
