// Plays a suite of deaths. Every state in which it kills the agent must be one in which the agent died, by its own journal.
import * as assert from 'uvu/assert';
import { moments } from '../../../simulator/faults/moments.ts';
import type { Shop } from '../../../simulator/shop/shop.ts';
import { playSuite } from './fault-suite.ts';
import { type DeathSuiteName, momentsOf } from './suites.ts';

export function playDeaths(name: DeathSuiteName): void {
  const diedAt = new Set<string>();
  /** The last step before each start. */
  const note = ({ hub }: Shop): void => {
    let last: string | undefined;
    for (const { type, what } of hub.ledger.rows()) {
      if (type === 'step') last = what;
      if (type === 'start' && last !== undefined) diedAt.add(last);
    }
  };
  playSuite(name, {
    onClose: note,
    last: [
      'the agent died in each of these states',
      () => {
        const wanted = new Set<string>(momentsOf(name).map(moment => moments[moment].state));
        assert.equal([...diedAt].sort(), [...wanted].sort());
      },
    ],
  });
}
