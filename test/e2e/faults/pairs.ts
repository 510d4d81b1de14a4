// Pairs of faults of different conditions, in an order that a seed draws: the same seed, the same pairs.
import { seededRandom } from '../../../simulator/customer/seeded-random.ts';
import { conditionOf, type Fault } from '../../../simulator/faults/fault.ts';
import { faults } from '../../../simulator/faults/registry.ts';

export const shuffled = <T>(things: readonly T[], random: () => number): T[] =>
  things
    .map(thing => ({ thing, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing);

/** All of them. */
export function pairsBySeed(seed: number): Fault[][] {
  const pairs = faults
    .flatMap((one, nth) => faults.slice(nth + 1).map(other => [one, other]))
    .filter(([one, other]) => conditionOf(one!) !== conditionOf(other!));
  return shuffled(pairs, seededRandom(seed));
}
