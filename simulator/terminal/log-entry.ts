// The log of agent, gate and native process: JSON lines on standard error.

export type ProcessName = 'agent' | 'gate' | 'native';

export interface LogEntry {
  process: ProcessName;
  pid: number;
  level: 'info' | 'warn' | 'error';
  msg: string;
  fields: Record<string, unknown>;
}

const levels: Record<number, LogEntry['level']> = { 30: 'info', 40: 'warn', 50: 'error', 60: 'error' };

/** A line that is not JSON is an uncaught error of a process, or a warning of Node. */
export function readLogLine(line: string): LogEntry {
  try {
    const { level, msg, process, pid, time: _time, ...fields } = JSON.parse(line) as Record<string, unknown>;
    return {
      process: process as ProcessName,
      pid: Number(pid),
      level: levels[Number(level)] ?? 'error',
      msg: String(msg),
      fields,
    };
  } catch {
    return { process: 'agent', pid: 0, level: 'error', msg: line, fields: {} };
  }
}
