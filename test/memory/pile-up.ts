// What the agent's memory does while records pile up offline and while they drain: one process, the hub in another.
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startDrain } from '../../agent/ledger/drain.ts';
import { fill, type Stage, startStage } from '../bench/drain-stage.ts';

export interface PileUp {
  /** How many, after as many as `warmUp` that do not count. */
  records: number;
  warmUp: number;
  /** Looks in each half. */
  looks: number;
  say(line: string): void;
}

/** Max growth since the warm-up, in MiB: of the process, and of live memory in it. */
export interface Growth {
  rss: number;
  alive: number;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/**
 * In MiB: the min of five measurements over a second, each after a collection. Memory that batches under way use and free again is
 * no growth; memory that stays raises the min, too.
 */
async function settled(): Promise<Growth> {
  const looks: Growth[] = [];
  for (let nth = 0; nth < 5; nth++) {
    await sleep(200);
    collect();
    await new Promise(setImmediate);
    const { rss, heapUsed, external } = process.memoryUsage();
    looks.push({ rss: rss / 2 ** 20, alive: (heapUsed + external) / 2 ** 20 });
  }
  const minOf = (of: keyof Growth) => Math.min(...looks.map(look => look[of]));
  return { rss: minOf('rss'), alive: minOf('alive') };
}

/** The highest of each, in the half in which they pile up and in the one in which they drain. */
export async function pileUp({
  records,
  warmUp,
  looks,
  say,
}: PileUp): Promise<Record<'pilingUp' | 'draining', Growth>> {
  const stage = await startStage();
  try {
    const before = await warm(stage, warmUp);
    let highest: Growth = { rss: 0, alive: 0 };
    const look = async (what: string) => {
      const now = await settled();
      const more = { rss: now.rss - before.rss, alive: now.alive - before.alive };
      highest = { rss: Math.max(highest.rss, more.rss), alive: Math.max(highest.alive, more.alive) };
      say(
        `${what}: RSS ${now.rss.toFixed(0)} MiB (${shown(more.rss)}), alive ${now.alive.toFixed(0)} MiB (${shown(more.alive)})`,
      );
    };
    const journal = await stage.journalOf('full');
    for (let nth = 1; nth <= looks; nth++) {
      await fill(journal, records / looks, 100);
      await look(`${journal.last.seq} wait`);
    }
    const pilingUp = highest;
    highest = { rss: 0, alive: 0 };
    const { link, options } = await stage.connect('full', journal);
    const drain = startDrain(options);
    for (let nth = 1; nth <= looks; nth++) {
      while (drain.state.acknowledged < (nth * records) / looks) await sleep(5);
      await look(`${drain.state.acknowledged} drained`);
    }
    await drain.drained();
    await drain.close();
    await link.close();
    await journal.close();
    return { pilingUp, draining: highest };
  } finally {
    await stage.close();
  }
}

const shown = (mib: number): string => `${mib < 0 ? '' : '+'}${mib.toFixed(1)}`;

/** Memory of a terminal that has done everything once and is still working: code is compiled, and the needed segments exist. */
async function warm(stage: Stage, count: number): Promise<Growth> {
  const journal = await stage.journalOf('warm-up');
  await fill(journal, count, 100);
  const { link, options } = await stage.connect('warm-up', journal);
  const drain = startDrain(options);
  await drain.drained();
  const atWork = await settled();
  await drain.close();
  await link.close();
  await journal.close();
  return atWork;
}
