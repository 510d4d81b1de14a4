// `npm run test:faults -- [--alone] [--pairs N|all] [--shops N] [--seed N]`: plays pairs of faults in several shops at once;
// --alone plays each fault by itself before.
import { parseArgs } from 'node:util';
import { faultsOf } from './of.ts';
import { pairsBySeed } from './pairs.ts';
import { complaintsOf, nameOf, Stage } from './play.ts';

const { values } = parseArgs({
  options: {
    alone: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '200' },
    shops: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const all = pairsBySeed(Number(values.seed));
const chosen = values.pairs === 'all' ? all : all.slice(0, Number(values.pairs));
const queue = [...(values.alone ? faultsOf('') : []), ...chosen];
console.log(`${chosen.length} of ${all.length} pairs, seed ${values.seed}`);
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

await Promise.all(Array.from({ length: Number(values.shops) }, work));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
