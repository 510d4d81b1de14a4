// Starts processes of the simulated terminal. Each ends when this process ends, also when this process is killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ownGroup } from './interrupted.ts';

export class ChildError extends Error {
  override readonly name = 'ChildError';
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sends SIGTERM, and SIGKILL after `graceMs` (default 20 s). Resolves when the process has ended. */
  stop(graceMs?: number): Promise<void>;
}

/** Passes Node's compile cache on, so that many starts cost less time (nodejs.org, "Module compile cache"). */
function plainEnv(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
}

/**
 * Starts `command`. `onLine` receives each line of its standard error. `talks`: opens Node's IPC channel to it.
 * Needs `setpriv` (Debian: util-linux).
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
    ...ownGroup(),
  });
  createInterface({ input: child.stderr! }).on('line', onLine);
  const { promise: ended, resolve } = Promise.withResolvers<Awaited<Child['ended']>>();
  // not 'close': a process that the child started may keep the pipe open after the child has ended
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

/**
 * Runs `command` and resolves with its output. Errors: ChildError with the output, unless the exit code is 0; the reason of `signal`,
 * which ends it.
 */
export async function runChild(command: readonly string[], signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: plainEnv(),
    ...ownGroup(),
  });
  const end = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if (code !== 0)
    throw new ChildError(`${command.slice(0, 3).join(' ')} ended with ${code}: ${output.trim()}`);
  return output;
}
