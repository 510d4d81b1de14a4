// timeout: 180 s
// The conformance kit at the virtual hub, whole; and at the hub with one mistake each, which must break just the requirement that it is
// about. The scorecard of the whole is docs/contract/scorecard.md.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Scorecard } from '../../conformance/scorecard.ts';
import { startHub } from '../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { mutated } from '../mutate.ts';
import { families, type HubMutant, hubMutants } from './hub-mutants.ts';
import { makeCards, playAt } from './our-hub.ts';
import { scorecardPage } from './scorecard-page.ts';

/** At one time. A mutant waits for silence half of its time. */
const together = 4;

const dir = temporaryFolder('hub-mutants');
test.after(() => rmSync(dir, { recursive: true }));
const cards = await makeCards(join(dir, 'cards'));
const numbersOf = (numbers: readonly string[]) => numbers.map(number => `MDG-H-${number}`);
const failedIn = ({ requirements }: Scorecard): string[] =>
  requirements.filter(({ outcome }) => outcome === 'failed').map(({ number }) => number);
const whyIn = ({ requirements }: Scorecard): string =>
  requirements
    .flatMap(({ number, outcome, why }) => (outcome === 'failed' ? `${number}: ${why}` : []))
    .join('\n');

async function playMutant({ change, family }: HubMutant) {
  const code = await mutated<{ startHub: typeof startHub }>(
    new URL('../../simulator/hub/process/hub.ts', import.meta.url),
    change,
  );
  const only = numbersOf(families[family]);
  return playAt({ startHub: code.startHub, dir: join(dir, `mutant-${next++}`), cards, only });
}

let next = 0;
const plays = new Map<HubMutant, ReturnType<typeof playMutant>>();
/** Starts the next mutants while one is awaited. */
function play(mutant: HubMutant): ReturnType<typeof playMutant> {
  const at = hubMutants.indexOf(mutant);
  for (const one of hubMutants.slice(at, at + together))
    if (!plays.has(one)) {
      const played = playMutant(one);
      played.catch(() => undefined); // its own test reports it
      plays.set(one, played);
    }
  return plays.get(mutant)!;
}

test('the virtual hub keeps every requirement that can be seen, and its scorecard is the one in the docs', async () => {
  const { code, card } = await playAt({ startHub, dir: join(dir, 'whole'), cards });
  assert.equal(failedIn(card), [], whyIn(card));
  assert.is(code, 0);
  const page = readFileSync(new URL('../../docs/contract/scorecard.md', import.meta.url), 'utf8');
  assert.fixture(page, scorecardPage(card), 'node test/conformance/write.ts');
});

for (const mutant of hubMutants)
  test(`a hub that is wrong fails ${mutant.fails}: ${mutant.name}`, async () => {
    const { code, card } = await play(mutant);
    assert.equal(failedIn(card), numbersOf(mutant.fails), whyIn(card));
    assert.is(code, 1);
    assert.match(whyIn(card), mutant.came);
  });

test.run();
