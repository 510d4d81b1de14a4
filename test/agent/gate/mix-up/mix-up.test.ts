// timeout: 120 s
// A mix-up at the hub or on the way to the gate never brings another resident's paper, except where no terminal can see it.
// `npm run test:mixup` is the same with 100,000 sessions, `checks.mutants.ts` the same without a check.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { faults, missing, report, unseenWrong } from './report.ts';
import { run } from './run.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);
const sessions = 1000;

test(`of ${sessions} sessions at four gates, none brings a wrong paper that a terminal can see`, async () => {
  const tallies = await run({ sessions, seed });
  console.log(report(tallies));
  assert.equal(faults(tallies), []);
  assert.equal(missing(tallies), []);
  for (const [name, wrong] of unseenWrong(tallies)) assert.ok(wrong > 0, `not counted: ${name}`);
});

test.run();
