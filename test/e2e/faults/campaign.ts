// `npm run test:faults -- [--alone] [--pairs N|all] [--shops N] [--seed N]`: plays pairs of faults in several shops at once;
// --alone plays each fault by itself before.

import { faults } from '../../../simulator/faults/registry.ts';
import { campaignOptions, seedOption } from '../../campaign-options.ts';
import { complaintsOf, nameOf } from './fault-suite.ts';
import { pairsBySeed } from './pairs.ts';
import { playAll } from './stage.ts';

const { alone, pairs, shops, seed } = campaignOptions(
  'npm run test:faults',
  'Plays pairs of faults of different conditions.',
  {
    alone: { preset: false, help: 'each fault by itself before' },
    pairs: { preset: '200', help: 'how many, or all' },
    shops: { preset: 2, help: 'at once' },
    seed: seedOption,
  },
);
const all = pairsBySeed(seed);
const chosen = pairs === 'all' ? all : all.slice(0, Number(pairs));
const sets = [...(alone ? faults.map(fault => [fault]) : []), ...chosen];
console.log(`${chosen.length} of ${all.length} pairs, seed ${seed}`);
let failed = 0;

const { closed } = playAll(sets, { shops }, async (stage, set) => {
  const complaints = await stage.play(set).then(complaintsOf, error => [String(error)]);
  if (complaints.length === 0) return;
  failed++;
  console.log(`FAIL  ${nameOf(set)}: ${complaints.join('; ')}`);
});
await closed;
console.log(`${sets.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
