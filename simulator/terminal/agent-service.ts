// The agent as a service manager would run it: started, told to stop, killed and started again. The agent starts the gate,
// and the gate its native child; each is known here by what it logs.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../child.ts';
import { type LogEntry, type ProcessName, readLogLine } from './log-entry.ts';
import { TerminalError } from './terminal-error.ts';

const main = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
/** Longest wait from the agent's start to its panel socket, in ms: Node on a slow board with an empty file cache. */
const startWithinMs = 120_000;
const goneWithinMs = 60_000;

export interface AgentOptions {
  /** The folder that `madoguchi enrol` wrote: agent/ and gate/ in it. */
  home: string;
  panelSocket: string;
  gateSocket: string;
  /** Put in front of the agent's command, as `strace …` is. */
  wrap?: readonly string[];
  /** Hears each log line of the three processes. */
  onLog(entry: LogEntry): void;
}

/** As in a shop: no inspector by a signal; a young generation that keeps the agent small (docs/architecture.md, "Memory"). */
const flags = ['--disable-sigusr1', '--max-semi-space-size=2'];

export class AgentService {
  readonly #options: AgentOptions;
  readonly #pids = new Map<ProcessName, number>();
  #agent: Child | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** What starts the agent, as a person could by hand. */
  get command(): string[] {
    const { home, panelSocket, gateSocket } = this.#options;
    return [
      ...[process.execPath, ...flags, main, '--home', `${home}/agent`],
      ...['--panel', panelSocket, '--gate', gateSocket, '--start-gate', `${home}/gate`],
    ];
  }

  /** Resolves when the agent serves. Errors: TerminalError. */
  async start(): Promise<void> {
    const { wrap = [], onLog } = this.#options;
    const serving = Promise.withResolvers<void>();
    const agent = startChild([...wrap, ...this.command], line => {
      const entry = readLogLine(line);
      if (entry.pid > 0) this.#pids.set(entry.process, entry.pid);
      if (entry.msg === 'agent serves' || entry.msg === 'agent serves nobody') serving.resolve();
      onLog(entry);
    });
    this.#agent = agent;
    // it can be killed before it has said a word
    if (wrap.length === 0 && agent.process.pid !== undefined) this.#pids.set('agent', agent.process.pid);
    const giveUp = new AbortController();
    const late = sleep(startWithinMs, undefined, { signal: giveUp.signal });
    try {
      const first = await Promise.race([
        serving.promise,
        agent.ended.then(({ code, signal }) => `The agent ended (${signal ?? code}) before it served.`),
        late.then(() => `The agent did not serve within ${startWithinMs / 1000} s.`),
      ]);
      if (first !== undefined) throw new TerminalError('agent', first);
    } finally {
      late.catch(() => undefined); // given up below, on purpose
      giveUp.abort();
    }
  }

  /** The process as it last spoke; undefined before it did. */
  pid(name: ProcessName): number | undefined {
    return this.#pids.get(name);
  }

  /** How the agent's process ended; pending while it runs. */
  get ended(): Child['ended'] {
    if (!this.#agent) throw new TerminalError('agent', 'The agent was never started.');
    return this.#agent.ended;
  }

  /**
   * kill -9, as a crash would; resolves when it is gone, with false where it was not there. Only the agent stays away: the
   * others are started again.
   */
  async kill(name: ProcessName): Promise<boolean> {
    const pid = this.#pids.get(name);
    if (pid === undefined || !isRunning(pid)) return false;
    process.kill(pid, 'SIGKILL');
    if (name === 'agent') await this.#agent?.ended;
    const until = performance.now() + goneWithinMs;
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

  /** Ends all three; a gate that its agent left behind too. */
  async stop(): Promise<void> {
    await this.#agent?.stop();
    for (const name of ['gate', 'native'] as const) await this.kill(name);
  }
}

/** One that has ended and that nobody has waited for yet (a gate whose agent died first) runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '); // proc(5): state after the name
  } catch {
    return false; // gone
  }
}
