// A process of the simulated terminal: it ends when this process does, however this one ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export class ChildError extends Error {
  override readonly name = 'ChildError';
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** SIGTERM, then SIGKILL after `graceMs` (default 20 s); resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

/** Where Node may keep what it has compiled goes with it, so that many starts cost less (nodejs.org, module compile cache). */
function plainEnv(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
}

/**
 * Starts `command`; `onLine` hears each line of its standard error. `talks`: messages go both ways, as Node's child
 * processes send them. Needs `setpriv` (Debian: util-linux).
 */
export function startChild(
  command: readonly string[],
  onLine: (line: string) => void,
  env: NodeJS.ProcessEnv = plainEnv(),
  { talks = false } = {},
): Child {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
    stdio: ['ignore', 'ignore', 'pipe', ...(talks ? (['ipc'] as const) : [])],
    env,
  });
  createInterface({ input: child.stderr! }).on('line', onLine);
  const { promise: ended, resolve } = Promise.withResolvers<Awaited<Child['ended']>>();
  // not 'close': a process that it started may hold the pipe for longer
  child.once('exit', (code, signal) => resolve({ code, signal }));
  child.once('error', error => onLine(String(error)));
  return {
    process: child,
    ended,
    async stop(graceMs = 20_000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Runs `command` to its end. Errors: ChildError with what it said, unless it exits with 0. */
export async function runChild(command: readonly string[]): Promise<string> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnv() });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new ChildError(`${command.slice(0, 3).join(' ')} ended with ${code}: ${said.trim()}`);
  return said;
}
