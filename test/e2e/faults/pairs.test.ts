// timeout: 400 s
// Two things go wrong in one visit: as many pairs as a suite has time for; `npm run test:faults` plays more, or all.
import { pairsBySeed } from './pairs.ts';
import { testFaults } from './play.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const most = 16;
console.log(`seed ${seed}`);

testFaults('pairs of faults', pairsBySeed(seed).slice(0, most));
