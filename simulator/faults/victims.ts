// The processes of a shop that a test can kill: how each is killed with -9, and how it is started again.
import type { Shop } from '../shop/shop.ts';

export const victims = ['agent', 'gate', 'native', 'hub', 'broker'] as const;
export type Victim = (typeof victims)[number];

/** Kills the process. Resolves when it has ended; false if it did not run. */
export async function kill({ terminal, hub }: Shop, victim: Victim): Promise<boolean> {
  if (victim === 'hub') await hub.crash();
  else if (victim === 'broker') await hub.broker.kill();
  else return terminal.agent.kill(victim);
  return true;
}

/**
 * Starts the process again; resolves when it serves. Gate and native process need nothing: the agent starts the gate, and
 * the gate starts the native process. `forgetful`: the broker has lost its store.
 */
export async function bringBack(shop: Shop, victim: Victim, { forgetful = false } = {}): Promise<void> {
  if (victim === 'agent') await shop.restart();
  if (victim === 'hub') await shop.hub.recover();
  if (victim === 'broker') await shop.hub.broker.start({ forgetful });
}
