// The random decisions in a life, one question at a time. The first choice of each is the straight road's.
import * as fc from 'fast-check';
import type { Script } from './roads.ts';

/** Picks one of the choices for a topic: an effect's name for what comes of it, `turn` for what happens next. */
export type Fate = <C extends string>(topic: string, choices: readonly [C, ...C[]]) => C;

/** Named choices by topic, in the order in which they are asked for; the straight road where none is left. */
export function scripted(script: Script): Fate {
  const left = new Map(Object.entries(script).map(([topic, names]) => [topic, [...names]]));
  return (topic, choices) => {
    const wanted = left.get(topic)?.shift() || choices[0];
    const choice = choices.find(choice => choice === wanted);
    // after a cut, or with an event thrown in, turns are others than those that the script was written for
    if (choice === undefined && !['turn', 'again', 'failing', 'lie'].includes(topic))
      throw new Error(`${topic} has no choice ${wanted}`);
    return choice ?? choices[0];
  };
}

/** `calm` questions are answered as on the straight road, so that what comes later is met as well. */
export function drawn({ calm, draws }: { calm: number; draws: readonly number[] }): Fate {
  let asked = 0;
  return (_, choices) => choices[(draws[asked++ - calm] ?? 0) % choices.length]!;
}

const draw = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(999) });
export const drawings = fc.record({
  calm: fc.nat(75),
  draws: fc.array(draw, { maxLength: 60, size: 'max' }),
});
