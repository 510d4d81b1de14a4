// timeout: 120 s
// The mix-up run can fail: without one of the gate's checks it finds wrong papers.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { without } from '../mutants/mutant.ts';
import { mutated } from '../mutants/mutate.ts';
import { anyMunicipality } from '../mutants/signature-mutants.ts';
import { mixUps } from './mix-ups.ts';
import { faults } from './report.ts';
import { nothing, run } from './run.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);

/** Checks that are taken away: the mix-up that then brings wrong papers. */
const controls: Record<string, string[]> = {
  'another municipality': ['gate/orderMunicipality'],
  'another kind': ['gate/orderKind'],
  'other options': ['gate/orderOptions'],
  'other copies': ['gate/orderCopies'],
  'other sides of the paper': ['gate/orderSides'],
  'another fee': ['gate/orderFee'],
  'pages in another order': ['gate/stampOrder'],
  'a page less': ['gate/stampOrder', 'gate/stampMissing'],
  'the issuing service takes the card for another’s': ['gate/manifestSubject', 'gate/stampSubject'],
  'another resident’s form in place of one': [
    'gate/stampTransaction',
    'gate/stampSubject',
    'gate/stampOrder',
  ],
  'another resident’s picture, after the signature': ['gate/pdfDigest'],
  'another resident’s page in place of one': [
    'gate/stampTransaction',
    'gate/stampSubject',
    'gate/stampOrder',
  ],
};

test('where every municipality may sign for every other, the same run finds wrong papers', async () => {
  const code = await mutated(anyMunicipality);
  const among = mixUps.filter(({ name }) => name.startsWith('another municipality’s service'));
  const tallies = await run({ sessions: 30, seed, code, among });
  assert.ok(tallies.get(among[0]!.name)!.wrong > 0);
  assert.equal(faults(await run({ sessions: 30, seed, among })), [], 'with the check in place');
});

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
