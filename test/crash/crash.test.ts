// timeout: 240 s
// waits
// The short run of `npm run test:crash`.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refusalOf } from '../refusal.ts';
import { campaign } from './campaign.ts';
import { cases } from './cases.ts';
import { openJournal } from './code.ts';
import { deviceTest } from './device-test.ts';
import { mutantCampaign } from './mutant-campaign.ts';
import { caseMutants, codeOf, mutants } from './mutants.ts';
import { isClean, report } from './report.ts';
import { scenarios } from './scenarios.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`SEED=${seed}`);

for (const [scenario, states] of [
  [{ ...scenarios.mixed, steps: 40, lives: 2 }, 200],
  [{ ...scenarios.full, steps: 2 }, 60],
] as const)
  deviceTest(`${scenario.name}: a power cut loses, alters and invents nothing (SEED=${seed})`, async () => {
    const tally = await campaign({ scenario, states, seed, openJournal });
    assert.ok(isClean(tally), report(scenario.name, tally));
    assert.ok(tally.states > states / 2 && tally.acknowledged > 20, report(scenario.name, tally));
  });

for (const mutant of mutants)
  deviceTest(`a journal with ${mutant.name} does not come through`, async () => {
    const tally = await mutantCampaign(mutant, seed);
    assert.ok(tally.bad > 0, report(mutant.name, tally));
  });

for (const [name, play] of Object.entries(cases))
  deviceTest(`the journal comes through: ${name}`, () => play(openJournal));

for (const mutant of caseMutants)
  deviceTest(`${mutant.name} does not come through`, async () => {
    const code = await codeOf(mutant);
    await refusalOf(cases[mutant.shownBy](code.openJournal), Error);
  });

test.run();
