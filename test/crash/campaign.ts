// Records a workload, makes its crash states, has each mounted and opened, and counts.
import { seededRandom } from '../../simulator/customer/seeded-random.ts';
import { type Checker, startChecker } from './checker.ts';
import { type CrashState, planStates } from './crash-states.ts';
import { type Life, live, type Scenario } from './life.ts';
import { Replay } from './replay.ts';
import { countLife, countState, emptyTally, type Tally } from './tally.ts';
import { type OpenJournal, openUnder } from './workload.ts';

export interface CampaignOptions {
  scenario: Scenario;
  states: number;
  seed: number;
  openJournal: OpenJournal;
  /** Ends with the first bad state. */
  untilBad?: boolean;
  /** Called for each life when its states are checked. */
  onLife?: (life: Life, tally: Tally) => void;
  /** Called for each bad state. */
  onFault?: (state: CrashState, what: string) => void;
}

export async function campaign(options: CampaignOptions): Promise<Tally> {
  const { scenario, states, seed, openJournal, untilBad, onLife } = options;
  const random = seededRandom(seed);
  const tally = emptyTally();
  let image: Uint8Array | undefined;
  for (let left = scenario.lives; left > 0; left--) {
    const life = await live(scenario, openJournal, image, random);
    countLife(tally, life);
    const plan = planStates(life.recording, Math.ceil((states - tally.states) / left), random);
    await checkAll(options, life, plan, tally, random);
    onLife?.(life, tally);
    if (untilBad && tally.bad > 0) break;
    image = imageAt(life, plan[Math.floor(plan.length * (0.5 + random() / 2))]!, random);
  }
  return tally;
}

function imageAt({ recording }: Life, state: CrashState, random: () => number): Uint8Array {
  const replay = new Replay(recording);
  replay.advance(state.point);
  for (const { offset, data } of replay.pieces(state, random)) replay.durable.set(data, offset);
  return replay.durable;
}

/** Checked at a time: a mount mostly waits. */
const lanes = 4;

async function checkAll(
  { openJournal, onFault, untilBad }: CampaignOptions,
  life: Life,
  plan: readonly CrashState[],
  tally: Tally,
  random: () => number,
): Promise<void> {
  const replay = new Replay(life.recording);
  const states = plan.values();
  const lane = async (checker: Checker) => {
    for (const state of states) {
      if (untilBad && tally.bad > 0) return;
      replay.advance(state.point);
      const pieces = replay.pieces(state, random);
      const found = await checker.check(replay.durable, pieces, at => openUnder(at, openJournal));
      const wrong = countState(tally, life, state, found);
      if (wrong) onFault?.(state, wrong);
    }
  };
  const bytes = life.recording.base.length;
  const checkers = await Promise.all(Array.from({ length: lanes }, () => startChecker(bytes)));
  try {
    await Promise.all(checkers.map(lane));
  } finally {
    await Promise.all(checkers.map(checker => checker.close()));
  }
}
