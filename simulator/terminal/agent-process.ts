// The agent as a process of its own, with the gate as its child; told by what it logs.
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../child.ts';

const main = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));

export interface AgentOptions {
  /** The folder that `madoguchi enrol` wrote: agent/ and gate/ in it. */
  home: string;
  panelSocket: string;
  gateSocket: string;
  /** Hears each log line of agent, gate and native process. */
  onLog(entry: LogEntry): void;
}

export interface LogEntry {
  process: string;
  level: 'info' | 'warn' | 'error';
  msg: string;
  fields: Record<string, unknown>;
}

const levels: Record<number, LogEntry['level']> = { 30: 'info', 40: 'warn', 50: 'error', 60: 'error' };

export function startAgent({ home, panelSocket, gateSocket, onLog }: AgentOptions): Child {
  return startChild(
    [
      process.execPath,
      '--disable-sigusr1',
      main,
      ...['--home', `${home}/agent`, '--panel', panelSocket],
      ...['--gate', gateSocket, '--start-gate', `${home}/gate`],
    ],
    line => onLog(read(line)),
  );
}

/** A line that is not JSON is a process's last word before it dies, or Node's own warning. */
function read(line: string): LogEntry {
  try {
    const { level, msg, process: from, time: _time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    return { process: String(from), level: levels[Number(level)] ?? 'error', msg: String(msg), fields };
  } catch {
    return { process: 'agent', level: 'error', msg: line, fields: {} };
  }
}
