// A share of a mix-up run, in a thread of its own: it reports how far it is, and at the end its counts.
import { parentPort, workerData } from 'node:worker_threads';
import { type RunOptions, run, type Tallies } from './run.ts';

/** What the thread says. */
export type ShareNews = { played: number } | { tallies: Tallies };

const everySessions = 100;
const options = workerData as Pick<RunOptions, 'sessions' | 'seed'>;
const say = (news: ShareNews) => parentPort?.postMessage(news);
let played = 0;
const tallies = await run({
  ...options,
  onSession() {
    if (++played % everySessions === 0) say({ played });
  },
});
say({ tallies });
