// `npm run test:mixup -- [--sessions N] [--seed N]`: the random mix-up run, with its counts.
import { parseArgs } from 'node:util';
import { faults, report } from './report.ts';
import { run } from './run.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000' },
    seed: { type: 'string', default: process.env.SEED ?? String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const [sessions, seed] = [Number(values.sessions), Number(values.seed)];
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
