// npm run test:memory [-- --records N]: the agent's memory while a million records pile up offline, and while they drain. It runs
// with the flags that the agent is started with.
import { campaignOptions } from '../campaign-options.ts';
import { pileUp } from './pile-up.ts';

const most = 10;
const { records } = campaignOptions(
  'npm run test:memory',
  "The agent's memory while records pile up offline, and while they drain; 1 where it grows by more than 10 MiB.",
  { records: { preset: 1_000_000, help: 'how many' } },
);
const growths = await pileUp({ records, warmUp: 50_000, looks: 10, say: console.log });
for (const [half, { rss, alive }] of Object.entries(growths)) {
  console.log(`${half}: at most ${rss.toFixed(1)} MiB more RSS, ${alive.toFixed(1)} MiB more alive`);
  if (Math.max(rss, alive) > most) process.exitCode = 1;
}
console.log(process.exitCode ? `FAIL: more than ${most} MiB` : `ok: not more than ${most} MiB`);
