// timeout: 600 s
// Rules 1 to 3, stated over a world of money, paper and record, and checked on next(): with any events, in any order, and with
// a power cut at any moment. `npm run test:random`: more lives, and every two cuts.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { State } from '../../../../agent/transaction/state.ts';
import { isLong, runs } from '../../../runs.ts';
import { cutEverywhere, live } from './campaign.ts';
import { scripted } from './fate.ts';
import { interfere } from './interference.ts';
import { type Hostile, Life } from './life.ts';
import { ours } from './machine.ts';
import { outcomes } from './outcomes.ts';
import { namedRoads } from './roads.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = runs(250);
console.log(`seed ${seed}`);

const states: State['at'][] = [
  ...([
    'card',
    'pin',
    'authenticate',
    'choose',
    'confirm',
    'order',
    'cardReturned',
    'fetch',
    'check',
  ] as const),
  ...(['pay', 'print', 'receipt', 'void', 'claim'] as const),
  ...(['done', 'refused', 'abandoned', 'refundDue', 'unknown'] as const),
];

for (const [name, { script, end }] of Object.entries(namedRoads))
  test(`${name}: ends ${end}`, async () => {
    const { chronicle } = await new Life({ machine: ours, fate: scripted(script) }).live();
    assert.is(chronicle.ends[0]?.outcome, end, `${chronicle}`);
  });

test('money, paper and record agree wherever the power is cut, on every road', async () => {
  const cutAt = new Set<string>();
  const met = new Set<string>();
  let deaths = 0;
  const onLife = ({ chronicle: { lines } }: Life) => {
    let at = '';
    for (const line of lines) {
      if ('reported' in line) at = line.at;
      if ('did' in line) met.add(line.did);
      if (!('cut' in line)) continue;
      deaths++;
      if (at) cutAt.add(at);
    }
  };
  await cutEverywhere(ours, { full: isLong, onLife });
  console.log(`died ${deaths} times`);
  assert.equal([...cutAt].sort(), [...states].sort(), 'every state was cut');
  const all = Object.entries(outcomes).flatMap(([effect, of]) =>
    Object.keys(of).map(name => `${effect} ${name}`),
  );
  assert.equal([...met].sort(), all.sort(), 'each effect had each outcome');
});

const hostile = (who: Hostile) => async () => {
  await interfere(ours, who);
  await live(ours, who, { seed, numRuns });
};

test('they agree whatever is cancelled, lost or failed, at any time and twice', hostile('outside'));

// the runner drops outcomes of cancelled work, and reports nothing that was not asked for: only the machine alone meets these
test('they agree whatever comes too late or twice', hostile('late'));

test('whatever is reported to it, it asks for nothing out of turn', hostile('liar'));

test.run();
