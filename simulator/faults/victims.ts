// Whoever can die, of one shop: how each is killed with -9, and brought back where it does not come back by itself.
import type { Shop } from '../shop/shop.ts';

export const victims = ['agent', 'gate', 'native', 'hub', 'broker'] as const;
export type Victim = (typeof victims)[number];

/** Resolves when it is gone; false where it was not there. */
export async function kill({ terminal, hub }: Shop, victim: Victim): Promise<boolean> {
  if (victim === 'hub') await hub.crash();
  else if (victim === 'broker') await hub.broker.kill();
  else return terminal.agent.kill(victim);
  return true;
}

/** Resolves when it serves again; the agent starts the gate, and the gate native. `forgetful`: the broker lost its store. */
export async function bringBack(shop: Shop, victim: Victim, { forgetful = false } = {}): Promise<void> {
  if (victim === 'agent') await shop.restart();
  if (victim === 'hub') await shop.hub.recover();
  if (victim === 'broker') await shop.hub.broker.start({ forgetful });
}
