// Many sessions at several gates at once, with a hub that mixes them up at random; what came out is counted by class.
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { pick, seededRandom } from '../../../../simulator/customer/seeded-random.ts';
import { outcomeOf } from '../../../refusal.ts';
import { type GateCode, rig } from '../gate-rig.ts';
import type { Issue } from './hub.ts';
import { isRight } from './judge.ts';
import { type MixUp, mixUps } from './mix-ups.ts';
import { residents, wishOf } from './town.ts';
import { type Counter, type Truth, visit } from './visit.ts';

/** Sessions of one class, and the papers that came out in them. */
export interface Tally {
  sessions: number;
  right: number;
  wrong: number;
  /** Code of the refusal: how many. */
  refused: Record<string, number>;
}

/** By class: a mix-up's name, or one of those below. */
export type Tallies = Map<string, Tally>;

export const nothing = 'nothing mixed up';
export const lateBefore = 'the late answer of the session before';
export const two = 'two mix-ups at once';
export const twoUnseen = 'two mix-ups at once, and one that no terminal can see';

/** Max number of issues of other sessions that the hub can mix in. */
const maxAtHand = 60;
/** Gates of one run: they have the seeds from the run's on. */
export const gates = 4;

export interface RunOptions {
  sessions: number;
  seed: number;
  /** The gate's code, where a part of it is made wrong. */
  code?: GateCode;
  /** What may be mixed up. */
  among?: readonly MixUp[];
  /** Called after each session. */
  onSession?(): void;
}

export async function run({
  sessions,
  seed,
  code,
  among = mixUps,
  onSession = () => {},
}: RunOptions): Promise<Tallies> {
  const tallies: Tallies = new Map();
  const atHand: Issue[] = [];
  let [left, number] = [sessions, 0];
  const serve = async (gate: number): Promise<void> => {
    const random = seededRandom(seed + gate);
    const counter: Counter = { gate: rig(undefined, { code }) };
    counter.gate.parts.settings.terminal = `shop-${gate}`;
    while (left-- > 0) {
      const resident = pick(residents, random);
      const others = atHand.filter(other => other.resident !== resident);
      const chosen = others.length > 0 ? choose(among, random) : [];
      const before = counter.late !== undefined;
      const truth: Truth = {
        transaction: randomBytes(16).toString('hex'),
        resident,
        chosen: wishOf(resident, random),
        revoked: false,
        over: false,
      };
      const refused = await outcomeOf(
        visit(counter, truth, {
          confusions: chosen.map(({ steps = {} }) => ({ steps, other: pick(others, random) })),
          habits: new Set(chosen.flatMap(({ habit = [] }) => habit)),
          nextNumber: () => ++number,
          foreign: others[0]?.sealed ?? Buffer.alloc(0),
        }),
      );
      await counter.gate.call('close', { transaction: truth.transaction, evidenceReceived: true });
      count(tallyOf(tallies, classOf(chosen, before, truth)), refused, papersOf(counter), truth);
      if (truth.issue && chosen.length === 0) atHand.push(truth.issue);
      if (atHand.length > maxAtHand) atHand.shift();
      onSession();
      await setImmediate(); // a turn of the loop: others' turn, and room for what only lives for one
    }
  };
  await Promise.all(Array.from({ length: gates }, (_, gate) => serve(gate)));
  return tallies;
}

function choose(among: readonly MixUp[], random: () => number): MixUp[] {
  const chance = random();
  if (chance < 0.25) return [];
  const first = pick(among, random);
  return chance < 0.8 ? [first] : [first, pick(among, random)];
}

function classOf(chosen: readonly MixUp[], lateFirst: boolean, { issue, resident }: Truth): string {
  // the two services may by chance have got the same wrong input
  const alike = issue && issue.subjectOf === issue.rendering.record && issue.subjectOf !== resident;
  if (chosen.length > 1) return alike || chosen.some(mixUp => mixUp.unseen) ? twoUnseen : two;
  if (lateFirst) return lateBefore;
  return chosen[0]?.name ?? nothing;
}

function tallyOf(tallies: Tallies, name: string): Tally {
  const tally = tallies.get(name) ?? { sessions: 0, right: 0, wrong: 0, refused: {} };
  tallies.set(name, tally);
  return tally;
}

/** Paper that came out of the counter's printer since the last call. */
const papersOf = ({ gate: { printer, events } }: Counter) => {
  events.length = 0;
  return printer.documents
    .splice(0)
    .map(({ copy, job }) => ({ document: copy, job: printer.jobs[job - 1]! }));
};

function count(
  tally: Tally,
  refused: string | undefined,
  papers: ReturnType<typeof papersOf>,
  truth: Truth,
): void {
  tally.sessions++;
  if (refused) tally.refused[refused] = (tally.refused[refused] ?? 0) + 1;
  papers.forEach((paper, nth) => {
    if (nth === 0 && isRight(paper, truth)) tally.right++;
    else tally.wrong++;
  });
}
