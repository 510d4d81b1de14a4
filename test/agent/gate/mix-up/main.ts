// `npm run test:mixup -- [--sessions N] [--seed N] [--threads N]`: the random mix-up run, with its counts.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { campaignOptions, seedOption } from '../../../campaign-options.ts';
import { faults, missing, report, together } from './report.ts';
import { gates, type Tallies } from './run.ts';
import type { ShareNews } from './share.fixture.ts';

const { sessions, seed, threads } = campaignOptions(
  'npm run test:mixup',
  'Sessions at four gates a thread, with services, pieces and answers mixed up at random: no wrong paper.',
  {
    sessions: { preset: 100_000, help: 'in all' },
    seed: seedOption,
    threads: { preset: availableParallelism(), help: 'that share the sessions; the seed is theirs together' },
  },
);
/** So many sessions have some of every class. */
const enoughForAll = 3_000;
const progressMs = 10_000;
const started = performance.now();
const secondsNow = () => ((performance.now() - started) / 1000).toFixed(1);
const played = new Array<number>(threads).fill(0);

const progress = setInterval(() => {
  const sum = played.reduce((all, one) => all + one, 0);
  console.log(`${sum} of ${sessions} sessions, seed ${seed}, ${secondsNow()} s`);
}, progressMs);

function share(thread: number): Promise<Tallies> {
  const own = Math.floor(sessions / threads) + (thread < sessions % threads ? 1 : 0);
  const workerData = { sessions: own, seed: seed + thread * gates };
  const worker = new Worker(new URL('share.fixture.ts', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.on('message', (news: ShareNews) => {
      if ('tallies' in news) resolve(news.tallies);
      else played[thread] = news.played;
    });
    worker.on('error', reject);
    worker.on('exit', code => reject(new Error(`thread ${thread} ended (${code}) without counts`)));
  });
}

const tallies = together(await Promise.all(played.map((_, thread) => share(thread))));
clearInterval(progress);
console.log(report(tallies));
const wrong = faults(tallies);
if (sessions >= enoughForAll)
  wrong.push(...missing(tallies).map(name => `there was no such session: ${name}`));
console.log(
  `${sessions} sessions in ${threads} threads, seed ${seed}, ${secondsNow()} s: ${wrong.length === 0 ? 'no fault' : 'FAULTS'}`,
);
for (const fault of wrong) console.error(fault);
process.exitCode = wrong.length === 0 ? 0 : 1;
