// Adds one unexpected event at every turn of a road: each outcome that was reported before, each failure, a cancel, a gate
// that dies; and for a liar each event that exists.
import { effectNames, everyEvent } from './events.ts';
import { scripted } from './fate.ts';
import { type Hostile, Life } from './life.ts';
import type { Machine } from './machine.ts';
import { after, namedRoads, type Script } from './roads.ts';

/** A road, and the turn at which it leaves those before it. */
const roads = [
  ['straight', 0],
  ['nothing printed, and no refund', 24],
  ['a jam between two sheets', 24],
] as const;

const indices = (length: number): string[] => Array.from({ length }, (_, index) => String(index));

const calls = ['cancel', 'person', 'gate', 'failed'].map(turn => ({ turn: [turn] }));
const again = (count: number) => indices(count).map(place => ({ turn: ['again'], again: [place] }));

/** The added turn and its choices. At most as many outcomes can have been reported before as a road has. */
const thrown: Readonly<Record<Hostile, readonly Script[]>> = {
  outside: [...calls, ...again(3)],
  late: [...calls, ...again(16), ...effectNames.map(failing => ({ turn: ['failed'], failing: [failing] }))],
  liar: indices(everyEvent.length).map(lie => ({ turn: ['lie'], lie: [lie] })),
};

/** Throws a Violation. */
export async function interfere(machine: Machine, hostile: Hostile): Promise<void> {
  for (const [road, first] of roads) {
    const { script } = namedRoads[road]!;
    const { turns } = await new Life({ machine, fate: scripted(script) }).live();
    for (let place = first; place < turns; place++)
      for (const { turn, ...topics } of thrown[hostile]) {
        const fate = scripted({ ...script, ...topics, turn: after(place, turn![0]!) });
        await new Life({ machine, fate, hostile }).live();
      }
  }
}
