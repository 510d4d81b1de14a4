// `npm run test:crash -- [--states N] [--seed N]`: every way in which a power cut may leave the journal, and the mutants
// that must not come through. The seed gives the same work and the same choice; when the kernel writes back is its own.
import { campaignOptions, seedOption } from '../campaign-options.ts';
import { campaign } from './campaign.ts';
import { cases } from './cases.ts';
import { openJournal } from './code.ts';
import type { CrashState } from './crash-states.ts';
import { devicesMissing } from './devices-missing.ts';
import type { Life } from './life.ts';
import { mutantCampaign } from './mutant-campaign.ts';
import { caseMutants, codeOf, mutants } from './mutants.ts';
import { ownMounts } from './own-mounts.ts';
import { isClean, report } from './report.ts';
import { scenarios } from './scenarios.ts';
import type { Tally } from './tally.ts';

/** Of the states, those that the disk which gets full takes. */
const fullShare = 0.1;

const { states, seed } = campaignOptions(
  'npm run test:crash',
  'Every way in which a power cut may leave the journal, and the mutants that must not come through.',
  {
    states: { preset: 10_000, help: 'states to look at' },
    seed: { ...seedOption, help: 'the same work and choices; when the kernel writes back is its own' },
  },
);
const missing = devicesMissing();
if (missing) {
  console.error(`No crash states can be made: ${missing}.`);
  process.exit(2);
}
ownMounts();

const started = performance.now();
console.log(`${states} states, seed ${seed}`);
const onFault = ({ point, fates }: CrashState, what: string) =>
  console.error(`at ${point}: ${what} ${JSON.stringify(fates)}`);
let passed = true;
for (const [scenario, share] of [
  [scenarios.mixed, 1 - fullShare],
  [scenarios.full, fullShare],
] as const) {
  const onLife = ({ recording }: Life, { states }: Tally) =>
    console.log(
      `${scenario.name}: a life of ${recording.operations.length} operations, ${states} states so far`,
    );
  const asked = Math.round(states * share);
  const tally = await campaign({ scenario, states: asked, seed, openJournal, onFault, onLife });
  console.log(report(scenario.name, tally));
  passed &&= isClean(tally);
}
for (const mutant of mutants) {
  const tally = await mutantCampaign(mutant, seed);
  console.log(`mutant, ${report(mutant.name, tally)}${tally.bad > 0 ? ', as it must be' : ': IT SURVIVED'}`);
  passed &&= tally.bad > 0;
}
for (const [name, play] of Object.entries(cases)) {
  const wrong = await wrongWith(play(openJournal));
  console.log(`${name}: ${wrong ?? 'no fault'}`);
  passed &&= wrong === undefined;
}
for (const mutant of caseMutants) {
  const wrong = await wrongWith(cases[mutant.shownBy]((await codeOf(mutant)).openJournal));
  console.log(`mutant, ${mutant.name}: ${wrong ?? 'IT SURVIVED'}`);
  passed &&= wrong !== undefined;
}
console.log(
  `seed ${seed}, ${((performance.now() - started) / 1000).toFixed(0)} s: ${passed ? 'no fault' : 'FAULTS'}`,
);
process.exitCode = passed ? 0 : 1;

/** The first line of why it rejects; undefined where it does not. */
function wrongWith(work: Promise<void>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: Error) => error.message.split('\n')[0],
  );
}
