// Crash states of a mutant, until one is bad.
import { campaign } from './campaign.ts';
import { codeOf, type Mutant } from './mutants.ts';
import { scenarios } from './scenarios.ts';
import type { Tally } from './tally.ts';

/** Of one life. What the mutant breaks need not happen in each: where a disk gets full is chance. */
const states = 200;
const lives = 6;

/** The first campaign in which the mutant did not come through, or the last of all. */
export async function mutantCampaign(mutant: Mutant, seed: number): Promise<Tally> {
  const { openJournal } = await codeOf(mutant);
  const scenario = { ...scenarios[mutant.scenario], lives: 1 };
  for (let life = 1; ; life++) {
    const tally = await campaign({ scenario, states, seed: seed + life, openJournal, untilBad: true });
    if (tally.bad > 0 || life === lives) return tally;
  }
}
