// What a process says of itself: JSON lines on stderr, by pino. Facts only: an event's name and plain fields,
// never a payload, a PIN, a key, a certificate or personal data.
import { pino } from 'pino';

type Fields = Record<string, string | number | boolean>;

export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

/** Synchronous: what a process says last before it dies is not lost (pino issues 542 and 2054). */
export function openLog(name: 'agent' | 'gate' | 'native'): Log {
  const out = pino({ base: { process: name, pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
  return {
    info: (event, fields = {}) => out.info(fields, event),
    warn: (event, fields = {}) => out.warn(fields, event),
    error: (event, fields = {}) => out.error(fields, event),
  };
}

/** Says nothing. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Fields of a caught error: its code or name. Messages stay out, for they may quote what was handled. */
export const failure = (error: unknown): { error: string } => {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: 'code' in error ? String(error.code) : error.name };
};
