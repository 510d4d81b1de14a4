// `npm run test:incidents -- [--only NAME] [--visits N] [--seed N]`: what went wrong elsewhere, at four real terminals and one hub.
import { seededRandom } from '../../simulator/customer/seeded-random.ts';
import { campaignOptions, seedOption } from '../campaign-options.ts';
import { adachi } from './adachi.ts';
import { playIncident, type Result } from './campaign.ts';
import type { Incident } from './incident.ts';
import { kawasaki } from './kawasaki.ts';
import { munakata } from './munakata.ts';
import { osaka } from './osaka.ts';
import { Site } from './site.ts';
import { table } from './table.ts';
import { takamatsu } from './takamatsu.ts';
import { tokushima } from './tokushima.ts';
import { yokohama } from './yokohama.ts';

const incidents: readonly Incident[] = [yokohama, kawasaki, adachi, munakata, takamatsu, osaka, tokushima];

const { only, visits, seed } = campaignOptions(
  'npm run test:incidents',
  'Incidents of other terminals, as a hub’s or printer’s misbehaviour towards pairs of residents in the same second.',
  {
    only: { preset: '', help: `one of ${incidents.map(({ name }) => name).join(', ')}` },
    visits: { preset: 20, help: 'at the two terminals together, for each misbehaviour' },
    seed: seedOption,
  },
);
const chosen = incidents.filter(({ name }) => only === '' || name === only);
if (chosen.length === 0) {
  console.error(`There is no incident ${only}.`);
  process.exit(2);
}
const began = performance.now();
const secondsNow = () => ((performance.now() - began) / 1000).toFixed(1);
const random = seededRandom(seed);
const results: Result[] = [];
const site = await Site.open();
try {
  console.log(
    `${site.counters.length} terminals, ${site.unchecked.length} without what protects, ${secondsNow()} s`,
  );
  for (const incident of chosen) {
    console.log(`${incident.name}: ${incident.there}`);
    results.push(...(await playIncident(incident, site, visits, random)));
    console.log(`${incident.name}: played, ${secondsNow()} s`);
  }
} finally {
  await site.close();
}
const faults = results.flatMap(({ incident, play, faults }) =>
  faults.map(fault => `${incident}, ${play.name}: ${fault}`),
);
console.log(table(results));
console.log(`seed ${seed}, ${secondsNow()} s: ${faults.length === 0 ? 'no fault' : 'FAULTS'}`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
