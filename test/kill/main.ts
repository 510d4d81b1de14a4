// `npm run test:kill -- [--kills N] [--shops N] [--seed N] [--out FOLDER]`: kill -9 of agent, gate, native, hub and broker,
// alone and in pairs, at every moment of a transaction and at random instants. Ends with 0 when no record or money was lost or
// doubled, and no money was kept without a record.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '../../simulator/child.ts';
import { campaignOptions, seedOption } from '../campaign-options.ts';
import { campaign } from './campaign.ts';
import { allAims } from './plan.ts';

const { kills, shops, seed, ...given } = campaignOptions(
  'npm run test:kill',
  'kill -9 of agent, gate, native, hub and broker, alone and in pairs, at every moment of a transaction and by chance.',
  {
    kills: { preset: 2000, help: 'from 2000 every moment is dealt to every victim and pair' },
    shops: { preset: 2, help: 'at once' },
    seed: seedOption,
    out: { preset: '', help: 'a folder for the logs of what went wrong' },
  },
);
/** How long the shops have to close when it is asked to stop, in ms. */
const closingMs = 10_000;
/** So many kills deal every moment to every victim and pair. */
const enoughForAll = 2000;
const out = given.out || join(tmpdir(), `madoguchi-kill-${seed}`);
console.log(`${kills} kills in ${shops} shops, seed ${seed}`);
await compileOnce();
const giveUp = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    giveUp.abort(); // or gates would stay behind
    setTimeout(() => process.exit(1), closingMs);
  });
const everyMoment = kills >= enoughForAll;
const { complaints, missed, tally, ...result } = await campaign({
  ...{ kills, shops, seed, out, everyMoment, say: console.log, signal: giveUp.signal },
});
for (const line of tally.lines()) console.log(line);
console.log(
  `${result.kills} kills; ${tally.hits} of ${allAims} aims hit (every moment by every victim and pair)`,
);
if (missed.length > 0) console.log(`not hit: ${missed.join(', ')}`);
const isGood = complaints.length === 0 && missed.length === 0 && (!everyMoment || tally.hits === allAims);
console.log(isGood ? 'journal, ledger, coins, pages and slips agree' : `NOT GOOD; logs: ${out}`);
process.exitCode = isGood ? 0 : 1;

/** A killed process does not save its compiled code. So one agent is ended properly, and fills the cache for all. */
async function compileOnce(): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'madoguchi-compiled');
  for (const main of ['agent/main.ts', 'simulator/hub/process/main.ts'])
    await runChild([process.execPath, main, '--help']);
}
