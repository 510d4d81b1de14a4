// Starts the native process: its own child, with a pipe of messages on descriptor 3 and next to nothing else.
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

/** A native process that runs. */
export interface NativeProcess {
  /** Its door. */
  duplex: Duplex;
  /** Hears once that it ended, and how. */
  onExit(listener: (how: { code: number; signal: string }) => void): void;
  /** Ends it at once. It has nothing to save. */
  kill(): void;
}

/**
 * `script` is the process's main file; `pcscSocket` goes to it as PCSCLITE_CSOCK_NAME. No other environment: NODE_OPTIONS
 * and its like must not reach it. SIGUSR1 would open the inspector (Node 24, `--disable-sigusr1`). stderr is the gate's.
 */
export function startNativeProcess(script: string, pcscSocket?: string): NativeProcess {
  const env: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin' };
  if (pcscSocket !== undefined) env.PCSCLITE_CSOCK_NAME = pcscSocket;
  const child = spawn(process.execPath, ['--disable-sigusr1', script], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  return {
    duplex: child.stdio[3] as Duplex,
    onExit(listener) {
      child.once('exit', (code, signal) => listener({ code: code ?? -1, signal: signal ?? 'none' }));
      child.once('error', () => listener({ code: -1, signal: 'none' })); // it could not be started
    },
    kill: () => child.kill('SIGKILL'),
  };
}
