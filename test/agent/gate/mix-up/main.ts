// `npm run test:mixup -- [--sessions N] [--seed N]`: the random mix-up run, with its counts.
import { campaignOptions, seedOption } from '../../../campaign-options.ts';
import { faults, report } from './report.ts';
import { run } from './run.ts';

const { sessions, seed } = campaignOptions(
  'npm run test:mixup',
  'Sessions at four gates at once, with services, pieces and answers mixed up at random: no wrong paper.',
  { sessions: { preset: 10_000, help: 'in all' }, seed: seedOption },
);
const started = performance.now();
const tallies = await run({ sessions, seed });
console.log(report(tallies));
const wrong = faults(tallies);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${sessions} sessions, seed ${seed}, ${seconds} s: ${wrong.length === 0 ? 'no fault' : 'FAULTS'}`,
);
for (const fault of wrong) console.error(fault);
process.exitCode = wrong.length === 0 ? 0 : 1;
