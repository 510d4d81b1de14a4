// npm run test:memory [-- --records N]: the agent's memory while a million records accumulate offline, and while they are delivered.
// It runs with the flags of the agent.
import { campaignOptions } from '../campaign-options.ts';
import { pileUp } from './pile-up.ts';

const maxMiB = 10;
const { records } = campaignOptions(
  'npm run test:memory',
  "The agent's memory while records pile up offline, and while they drain; 1 where it grows by more than 10 MiB.",
  { records: { preset: 1_000_000, help: 'how many' } },
);
const growths = await pileUp({ records, warmUp: 50_000, looks: 10, say: console.log });
for (const [half, { rss, alive }] of Object.entries(growths)) {
  console.log(`${half}: at most ${rss.toFixed(1)} MiB more RSS, ${alive.toFixed(1)} MiB more alive`);
  if (Math.max(rss, alive) > maxMiB) process.exitCode = 1;
}
console.log(process.exitCode ? `FAIL: more than ${maxMiB} MiB` : `ok: not more than ${maxMiB} MiB`);
