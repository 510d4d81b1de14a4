// `npm run test:signals -- [--moments N] [--seed N] [--only NAME] [--within S]`: SIGTERM, Ctrl-C and SIGHUP at random moments of each
// program's start. Ends with 0 when each program ended in time, and left no process and no file.
import { rm } from 'node:fs/promises';
import { seededRandom } from '../../simulator/customer/seeded-random.ts';
import { Shop } from '../../simulator/shop/shop.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { campaignOptions, seedOption } from '../campaign-options.ts';
import { startHubSite } from './hub-site.ts';
import { type Program, programs } from './programs.ts';
import { endAll, lifeOf, signals, strike } from './strike.ts';

const { moments, seed, only, within } = campaignOptions(
  'npm run test:signals',
  "Signals at random moments of each program's start: it ends in time, and leaves nothing behind.",
  {
    moments: { preset: 50, help: 'of each program' },
    seed: seedOption,
    only: { preset: '', help: 'programs with this in their name' },
    within: { preset: 5, help: 'seconds from the signal until nothing is left' },
  },
);
/** Beyond the start, so that the moments right after it are among them. */
const further = 1.2;
const lanes = 2;

console.log(`${moments} moments of each program, seed ${seed}`);
const random = seededRandom(seed);
const dir = temporaryFolder('signals');
const shop = await Shop.open();
const site = await startHubSite(dir);
const close = async () => {
  await endAll();
  await Promise.all([site.close(), shop.close()]);
  await rm(dir, { recursive: true, force: true });
};
for (const signal of signals) process.on(signal, () => void close().finally(() => process.exit(1)));
const sockets = [shop.terminal.panelSocket, shop.terminal.panelSocket.replace('panel', 'gate')];
await shop.terminal.agent.stop();
const { agent, home } = shop.terminal;
const chosen = programs({ agent: agent.command, home, sockets, hub: site.hub }).filter(({ name }) =>
  name.includes(only),
);
let failed = 0;
/** Agent and gate are started on one home: one after the other. */
const work: Program[][] = [
  ...[chosen.filter(({ removed }) => removed)],
  ...chosen.filter(({ removed }) => !removed).map(one => [one]),
];
const plan = work.map(group =>
  group.map(program => ({
    program,
    strikes: Array.from({ length: Math.ceil(moments / (program.oneOf ?? 1)) }, () => ({
      part: random() * further,
      signal: signals[Math.floor(random() * signals.length)]!,
    })),
  })),
);
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let group = plan.shift(); group; group = plan.shift())
      for (const { program, strikes } of group) await play(program, strikes);
  }),
);
await close();
console.log(failed === 0 ? 'every program ended in time and left nothing' : `${failed} NOT GOOD`);
process.exit(failed === 0 ? 0 : 1);

async function play(program: Program, strikes: { part: number; signal: (typeof signals)[number] }[]) {
  const began = performance.now();
  const { lifeMs, endedBy } = await lifeOf(program);
  if (endedBy) {
    failed++;
    console.log(`${program.name}: ${endedBy} ends it`);
  }
  let bad = 0;
  for (const { part, signal } of strikes) {
    const wrong = await strike(program, part * lifeMs, signal, within * 1000);
    if (wrong.length === 0) continue;
    bad++;
    console.log(`${program.name}: ${signal} after ${Math.round(part * lifeMs)} ms: ${wrong.join('; ')}`);
  }
  failed += bad;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${program.name}: ${strikes.length - bad} of ${strikes.length} good (starts in ${Math.round(lifeMs)} ms; ${seconds} s)`,
  );
}
