// `npm run test:faults -- [--alone] [--pairs N|all] [--shops N] [--seed N]`: plays pairs of faults in several shops at once;
// --alone plays each fault by itself before.
import { campaignOptions, seedOption } from '../../campaign-options.ts';
import { complaintsOf, nameOf, Stage } from './fault-suite.ts';
import { faultsOf } from './of.ts';
import { pairsBySeed } from './pairs.ts';

const { alone, pairs, shops, seed } = campaignOptions(
  'npm run test:faults',
  'Plays pairs of faults from different legs.',
  {
    alone: { preset: false, help: 'each fault by itself before' },
    pairs: { preset: '200', help: 'how many, or all' },
    shops: { preset: 2, help: 'at once' },
    seed: seedOption,
  },
);
const all = pairsBySeed(seed);
const chosen = pairs === 'all' ? all : all.slice(0, Number(pairs));
const queue = [...(alone ? faultsOf('') : []), ...chosen];
console.log(`${chosen.length} of ${all.length} pairs, seed ${seed}`);
let [passed, failed] = [0, 0];

async function work(): Promise<void> {
  const stage = new Stage();
  for (let pair = queue.shift(); pair; pair = queue.shift()) {
    const complaints = await stage.play(pair).then(complaintsOf, error => [String(error)]);
    if (complaints.length === 0) passed++;
    else {
      failed++;
      console.log(`FAIL  ${nameOf(pair)}: ${complaints.join('; ')}`);
    }
  }
  await stage.close();
}

await Promise.all(Array.from({ length: shops }, work));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
