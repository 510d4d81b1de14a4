// Finds the agent's folder: it is in the home that `enrol` wrote, or was named itself.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

export async function agentHomeOf(home: string): Promise<string> {
  const inside = join(home, 'agent');
  return (await isThere(inside)) ? inside : home;
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
