// timeout: 120 s
// A mix-up at the hub or on the way to the gate never brings another resident's paper, except where no terminal can see it.
// `npm run test:mixup` is the same with 10,000 sessions.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { without } from '../mutants/mutant.ts';
import { mutated } from '../mutants/mutate.ts';
import { mixUps } from './mix-ups.ts';
import { classes, faults, report, unseenWrong } from './report.ts';
import { nothing, run } from './run.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);
const sessions = 1000;

test(`of ${sessions} sessions at four gates, none brings a wrong paper that a terminal can see`, async () => {
  const tallies = await run({ sessions, seed });
  console.log(report(tallies));
  assert.equal(faults(tallies), []);
  for (const name of classes) assert.ok(tallies.has(name), `there was no such session: ${name}`);
  for (const [name, wrong] of unseenWrong(tallies)) assert.ok(wrong > 0, `not counted: ${name}`);
});

/** Checks that are taken away: the mix-up that then brings wrong papers. */
const controls: Record<string, string[]> = {
  'another municipality': ['gate/orderMunicipality'],
  'another kind': ['gate/orderKind'],
  'other options': ['gate/orderOptions'],
  'other copies': ['gate/orderCopies'],
  'another fee': ['gate/orderFee'],
  'pages in another order': ['gate/stampOrder'],
  'a page less': ['gate/stampOrder', 'gate/stampMissing'],
  'the issuing service takes the card for another’s': ['gate/manifestSubject', 'gate/stampSubject'],
  'another resident’s page in place of one': [
    'gate/stampTransaction',
    'gate/stampSubject',
    'gate/stampOrder',
  ],
};

for (const [name, codes] of Object.entries(controls))
  test(`without ${codes.join(' and ')} the same run finds wrong papers: ${name}`, async () => {
    const code = await mutated(without(...codes));
    const among = mixUps.filter(mixUp => mixUp.name === name);
    const tallies = await run({ sessions: 30, seed, code, among });
    assert.ok(tallies.get(name)!.wrong > 0);
    assert.is(tallies.get(nothing)!.wrong, 0);
    assert.ok(faults(tallies).some(fault => fault.includes(name)));
    assert.equal(faults(await run({ sessions: 30, seed, among })), [], 'with the checks in place');
  });

test.run();
