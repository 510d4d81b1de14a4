// Records a workload, makes its crash states, has each mounted and opened, and counts.
import { seededRandom } from '../../simulator/customer/seeded-random.ts';
import { type Checker, startChecker } from './checker.ts';
import { type CrashState, planStates, Replay } from './crash-states.ts';
import { withDevice } from './device.ts';
import { History } from './history.ts';
import { judge, type Verdict } from './judge.ts';
import type { Recording } from './recording.ts';
import { type Bench, type OpenJournal, openUnder } from './workload.ts';

export interface Scenario {
  name: string;
  workload: (bench: Bench, steps: number) => Promise<void>;
  steps: number;
  /** Each but the first begins with a crash state of the one before. */
  lives: number;
  /** Of its ext4. */
  features?: string;
}

export interface CampaignOptions {
  scenario: Scenario;
  states: number;
  seed: number;
  openJournal: OpenJournal;
  /** Ends with the first state that is not as it must be. */
  untilBad?: boolean;
  /** Told of each state that is not as it must be. */
  onFault?: (state: CrashState, what: string) => void;
}

export interface Tally extends Verdict {
  states: number;
  /** Writes and flushes in the recordings. */
  operations: number;
  acknowledged: number;
  /** States with something lost, altered, invented or refused. */
  bad: number;
  /** By code: how often the journal did not open, or took nothing more. */
  refused: Record<string, number>;
  /** With what a workload ended early. */
  trouble: string[];
}

interface Life {
  recording: Recording;
  history: History;
  trouble: string | undefined;
}

export async function campaign(options: CampaignOptions): Promise<Tally> {
  const { scenario, states, seed } = options;
  const random = seededRandom(seed);
  const tally: Tally = {
    states: 0,
    operations: 0,
    acknowledged: 0,
    bad: 0,
    lost: 0,
    altered: 0,
    invented: 0,
    refused: {},
    trouble: [],
  };
  let image: Uint8Array | undefined;
  for (let left = scenario.lives; left > 0; left--) {
    const life = await live(options, image, random);
    tally.operations += life.recording.operations.length;
    tally.acknowledged += [...life.history.given.values()].filter(({ done }) => done).length;
    if (life.trouble) tally.trouble.push(life.trouble);
    if (options.untilBad && tally.bad > 0) break;
    const plan = planStates(life.recording, Math.ceil((states - tally.states) / left), random);
    await checkAll(options, life, plan, tally, random);
    image = imageOf(life.recording, plan[Math.floor(plan.length * (0.5 + random() / 2))]!, random);
  }
  return tally;
}

async function live(
  { scenario, openJournal }: CampaignOptions,
  image: Uint8Array | undefined,
  random: () => number,
): Promise<Life> {
  const { features } = scenario;
  const device = { megabytes: 16, recordMount: true, ...(features && { features }), ...(image && { image }) };
  return withDevice(device, async (mountPoint, device) => {
    const history = new History(() => device.recorded);
    const trouble = await scenario
      .workload({ mountPoint, openJournal, history, random }, scenario.steps)
      .then(
        () => undefined,
        error => String((error as { code?: string }).code ?? error),
      );
    return { recording: await device.stop(), history, trouble };
  });
}

function imageOf(recording: Recording, state: CrashState, random: () => number): Uint8Array {
  const replay = new Replay(recording);
  replay.advance(state.point);
  for (const { offset, data } of replay.pieces(state, random)) replay.durable.set(data, offset);
  return replay.durable;
}

/** Checked at a time: a mount mostly waits. */
const lanes = 4;

async function checkAll(
  { openJournal, onFault, untilBad }: CampaignOptions,
  { recording, history }: Life,
  plan: readonly CrashState[],
  tally: Tally,
  random: () => number,
): Promise<void> {
  const replay = new Replay(recording);
  const states = plan.values();
  const lane = async (checker: Checker) => {
    for (const state of states) {
      if (untilBad && tally.bad > 0) return;
      replay.advance(state.point);
      const pieces = replay.pieces(state, random);
      const found = await checker.check(replay.durable, pieces, at => openUnder(at, openJournal));
      count(tally, found, state);
    }
  };
  const count = (tally: Tally, found: Awaited<ReturnType<Checker['check']>>, state: CrashState) => {
    tally.states++;
    if (typeof found === 'string') {
      tally.refused[found] = (tally.refused[found] ?? 0) + 1;
      tally.bad++;
      return onFault?.(state, found);
    }
    const { lost, altered, invented } = judge(history, state.point, found);
    tally.lost += lost;
    tally.altered += altered;
    tally.invented += invented;
    if (lost + altered + invented === 0) return undefined;
    tally.bad++;
    return onFault?.(state, `lost ${lost}, altered ${altered}, invented ${invented}`);
  };
  const checkers = await Promise.all(
    Array.from({ length: lanes }, () => startChecker(recording.base.length)),
  );
  try {
    await Promise.all(checkers.map(lane));
  } finally {
    await Promise.all(checkers.map(checker => checker.close()));
  }
}
