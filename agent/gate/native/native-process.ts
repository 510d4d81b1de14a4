// Starts the native process as a child of the gate. Its door is a pipe on descriptor 3; it gets only the environment that it needs.
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

/** A running native process. */
export interface NativeProcess {
  /** Its door. */
  duplex: Duplex;
  /** Calls `listener` once, when the process has ended. */
  onExit(listener: (how: { code: number; signal: string }) => void): void;
  /** Kills it at once: it has nothing to save. */
  kill(): void;
}

/**
 * `script` is the process's main file. `pcscSocket` becomes its PCSCLITE_CSOCK_NAME. It gets no other environment but PATH, because
 * NODE_OPTIONS and the like must not reach it, and a developer's compile cache, which no service has. SIGUSR1 would open the inspector (Node 24, `--disable-sigusr1`). stderr is the gate's.
 */
export function startNativeProcess(script: string, pcscSocket?: string): NativeProcess {
  const { NODE_COMPILE_CACHE } = process.env;
  const env: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
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
