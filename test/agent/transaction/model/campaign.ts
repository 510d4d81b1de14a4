// The tests that a machine has to pass: each road, with the process dying at every step; then random lives, and false reports.
import * as fc from 'fast-check';
import { drawings, drawn, scripted } from './fate.ts';
import { type Hostile, Life } from './life.ts';
import type { Machine } from './machine.ts';
import { namedRoads, type Script, sideRoads } from './roads.ts';

/** When the agent dies, the gate stays, or dies too and loses its memory. */
const gates = [[], ['dies', 'dies', 'dies']] as const;

/**
 * Each road with a cut at each moment. `full`: the named roads also with each second cut after it, and the side roads also with a gate
 * that dies at the cut.
 * `onLife` sees each of them. Throws a Violation.
 */
export async function cutEverywhere(
  machine: Machine,
  { full, onLife = () => undefined }: { full: boolean; onLife?: (life: Life) => void },
): Promise<void> {
  const named = Object.values(namedRoads).map(({ script }) => ({ script, again: full, gates }));
  const side = sideRoads.map(script => ({ script, again: false, gates: full ? gates : [gates[0]] }));
  for (const { script, again, gates } of [...named, ...side])
    for (const gate of gates) await cutRoad(machine, { ...script, 'gate at cut': gate }, again, onLife);
}

async function cutRoad(
  machine: Machine,
  script: Script,
  again: boolean,
  onLife: (life: Life) => void,
): Promise<void> {
  const live = async (...cuts: number[]) => {
    const life = await new Life({ machine, fate: scripted(script), cuts }).live();
    onLife(life);
    return life.moments.passed;
  };
  const moments = await live();
  for (let cut = 0; cut < moments; cut++) {
    const more = await live(cut);
    if (again) for (let second = cut + 1; second < more; second++) await live(cut, second);
  }
}

const cuts = fc.array(fc.nat(90), { maxLength: 3 });

/** Random lives, with up to three random cuts. Throws the Violation with the shortest story. */
export async function live(
  machine: Machine,
  hostile: Hostile,
  options: { seed: number; numRuns: number; endOnFailure?: boolean },
): Promise<void> {
  const property = fc.asyncProperty(drawings, cuts, async (drawing, cuts) => {
    await new Life({ machine, fate: drawn(drawing), cuts, hostile }).live();
  });
  const { failed, errorInstance, numRuns, counterexample } = await fc.check(property, options);
  if (!failed) return;
  if (!options.endOnFailure) console.log(`life ${numRuns}: ${JSON.stringify(counterexample)}`);
  throw errorInstance;
}
