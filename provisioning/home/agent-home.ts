// Which folder is the agent's: the home that `enrol` wrote holds it, or it is named itself.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

export async function agentHomeOf(home: string): Promise<string> {
  const inside = join(home, 'agent');
  return stat(inside).then(
    () => inside,
    () => home,
  );
}
