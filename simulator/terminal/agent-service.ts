// Runs the agent as a service manager does: starts it, stops it, kills it and starts it again. The agent starts the gate,
// and the gate starts the native process. Their process ids are known from their log lines.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../child.ts';
import { program } from '../programs.ts';
import { type LogEntry, type ProcessName, readLogLine } from './log-entry.ts';
import { TerminalError } from './terminal-error.ts';

/** Max wait from the agent's start to its panel socket, in ms: Node on a slow board with an empty file cache. */
const startWithinMs = 120_000;
const endWithinMs = 60_000;

export interface AgentOptions {
  /** The folder that `madoguchi enrol` wrote. It holds agent/ and gate/. */
  home: string;
  panelSocket: string;
  gateSocket: string;
  /** The agent's main file; the gate's and the native process's lie beside it. Default: those of this tree. */
  main?: string | undefined;
  /** A command in front of the agent's command, for example `strace …`. */
  wrap?: readonly string[];
  /** Receives each log line of the three processes. */
  onLog(entry: LogEntry): void;
}

/** As in a shop: no inspector on a signal; a small young generation to save memory (docs/architecture.md, "Memory"). */
const flags = ['--disable-sigusr1', '--max-semi-space-size=2'];

export class AgentService {
  readonly #options: AgentOptions;
  readonly #pids = new Map<ProcessName, number>();
  #agent: Child | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** The command that starts the agent. A person can run it by hand. */
  get command(): string[] {
    const { home, panelSocket, gateSocket, main = program('agent/main') } = this.#options;
    return [
      ...[process.execPath, ...flags, main, '--home', `${home}/agent`],
      ...['--panel', panelSocket, '--gate', gateSocket, '--start-gate', `${home}/gate`],
    ];
  }

  /** Resolves when the agent serves. Errors: TerminalError; the reason of `signal`, and then the agent still has to be stopped. */
  async start(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { wrap = [], onLog } = this.#options;
    const serving = Promise.withResolvers<void>();
    const agent = startChild([...wrap, ...this.command], line => {
      const entry = readLogLine(line);
      if (entry.pid > 0) this.#pids.set(entry.process, entry.pid);
      if (entry.msg === 'agent serves' || entry.msg === 'agent serves nobody') serving.resolve();
      onLog(entry);
    });
    this.#agent = agent;
    // the agent can be killed before it has logged a line
    if (wrap.length === 0 && agent.process.pid !== undefined) this.#pids.set('agent', agent.process.pid);
    const giveUp = new AbortController();
    const interrupt = () => giveUp.abort(signal?.reason);
    signal?.addEventListener('abort', interrupt);
    const late = sleep(startWithinMs, undefined, { signal: giveUp.signal });
    try {
      const first = await Promise.race([
        serving.promise,
        agent.ended.then(({ code, signal }) => `The agent ended (${signal ?? code}) before it served.`),
        late.then(() => `The agent did not serve within ${startWithinMs / 1000} s.`),
      ]);
      signal?.throwIfAborted();
      if (first !== undefined) throw new TerminalError('agent', first);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      late.catch(() => undefined); // the next line aborts it
      giveUp.abort();
    }
  }

  /** The process id of the last log line of this process; undefined before the first line. */
  pid(name: ProcessName): number | undefined {
    return this.#pids.get(name);
  }

  /** Resolves with the exit code or signal when the agent's process has ended. */
  get ended(): Child['ended'] {
    if (!this.#agent) throw new TerminalError('agent', 'The agent was never started.');
    return this.#agent.ended;
  }

  /**
   * Kills the process with SIGKILL, like a crash. Resolves when it has ended; false if it did not run. The agent starts the
   * gate again, and the gate the native process. The agent itself is not started again.
   */
  async kill(name: ProcessName): Promise<boolean> {
    const pid = this.#pids.get(name);
    if (pid === undefined || !isRunning(pid)) return false;
    process.kill(pid, 'SIGKILL');
    if (name === 'agent') await this.#agent?.ended;
    const until = performance.now() + endWithinMs;
    while (isRunning(pid) && performance.now() < until) await sleep(5);
    return true;
  }

  /** The process does nothing more, until `proceed`: SIGSTOP. */
  pause(name: ProcessName): void {
    const pid = this.#pids.get(name);
    if (pid !== undefined) process.kill(pid, 'SIGSTOP');
  }

  /** One that was paused goes on; any other notices nothing. */
  proceed(name: ProcessName): void {
    const pid = this.#pids.get(name);
    if (pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGCONT');
  }

  /** Ends all three processes, also a gate whose agent was killed. */
  async stop(): Promise<void> {
    await this.#agent?.stop();
    for (const name of ['gate', 'native'] as const) await this.kill(name);
  }
}

/** False for a zombie too: a process that has ended and whose parent has not waited for it (a gate of a killed agent). */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '); // proc(5): state after the name
  } catch {
    return false; // gone
  }
}
