// timeout: 180 s
// waits
// Some faults of every condition, drawn by the seed. `npm run test:faults` plays each of them, and pairs.
import { seededRandom } from '../../../simulator/customer/seeded-random.ts';
import { testFaults } from './fault-suite.ts';
import { shuffled } from './pairs.ts';
import { faultsOf } from './suites.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);
const random = seededRandom(seed);
const ofEach = 2;

const drawn = (['card', 'pinpad-and-receipt', 'page', 'hub', 'people'] as const).flatMap(name =>
  shuffled(faultsOf(name), random)
    .slice(0, ofEach)
    .map(fault => [fault]),
);

testFaults(`faults drawn by seed ${seed}`, drawn);
