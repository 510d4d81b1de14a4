// A command of whoever runs the hub: it kills the hub and starts it again, or the like.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs it in `sh`. Its output goes to standard error. Errors: Error where it ends with another status than 0. */
export async function shellCommand(command: string): Promise<void> {
  // where the command leaves a hub running in the background, that must not keep the kit: only the shell's end counts
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the command ended with ${code}: ${command}`);
}
