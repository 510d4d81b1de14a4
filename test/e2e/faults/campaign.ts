// `npm run test:faults -- [--pairs N|all] [--shops N] [--seed N]`: plays pairs of faults in several shops at once.
import { campaignOptions, seedOption } from '../../campaign-options.ts';
import { complaintsOf, nameOf } from './fault-suite.ts';
import { pairsBySeed } from './pairs.ts';
import { playAll } from './stage.ts';

const { pairs, shops, seed } = campaignOptions(
  'npm run test:faults',
  'Plays pairs of faults of different conditions.',
  {
    pairs: { preset: '200', help: 'how many, or all' },
    shops: { preset: 2, help: 'at once' },
    seed: seedOption,
  },
);
const all = pairsBySeed(seed);
const chosen = pairs === 'all' ? all : all.slice(0, Number(pairs));
console.log(`${chosen.length} of ${all.length} pairs, seed ${seed}`);
let failed = 0;

const { closed } = playAll(chosen, { shops }, async (stage, set) => {
  const complaints = await stage.play(set).then(complaintsOf, error => [String(error)]);
  if (complaints.length === 0) return;
  failed++;
  console.log(`FAIL  ${nameOf(set)}: ${complaints.join('; ')}`);
});
await closed;
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
