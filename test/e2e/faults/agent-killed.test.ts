// timeout: 300 s
// waits
import * as assert from 'uvu/assert';
import type { State } from '../../../agent/transaction/state.ts';
import { moments } from '../../../simulator/faults/moments.ts';
import type { Shop } from '../../../simulator/shop/shop.ts';
import { playSuite } from './fault-suite.ts';

/** Where the agent died, by its own journal: the last step before each start. */
const diedAt = new Set<string>();

function note({ hub }: Shop): void {
  let last: string | undefined;
  for (const { type, what } of hub.ledger.rows()) {
    if (type === 'step') last = what;
    if (type === 'start' && last !== undefined) diedAt.add(last);
  }
}

/** Of the machine, as the type has them: a new one without a moment does not compile. */
const states: Record<Exclude<State['at'], 'idle'>, true> = {
  ...{ card: true, pin: true, authenticate: true, choose: true, confirm: true, order: true },
  ...{
    cardReturned: true,
    fetch: true,
    check: true,
    pay: true,
    print: true,
    receipt: true,
    void: true,
    claim: true,
  },
  ...{ done: true, refused: true, abandoned: true, refundDue: true, unknown: true },
};

playSuite('agent-killed', {
  onClose: note,
  last: [
    'every state of the machine was hit by a kill, and every state is a moment for the other victims',
    () => {
      assert.equal([...diedAt].sort(), Object.keys(states).sort());
      const held = new Set<string>(Object.values(moments).map(({ state }) => state));
      assert.equal([...held].sort(), Object.keys(states).sort());
    },
  ],
});
