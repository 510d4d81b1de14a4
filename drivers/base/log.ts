// The log of a process: JSON lines on stderr, written by pino. A line has an event's name and plain fields. It never has a
// payload, a PIN, a key, a certificate or personal data.
import { pino } from 'pino';

type Fields = Record<string, string | number | boolean>;

export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

/** Writes synchronously, so that the last lines before a crash are not lost (pino issues 542 and 2054). */
export function openLog(name: 'agent' | 'gate' | 'native'): Log {
  const out = pino({ base: { process: name, pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
  return {
    info: (event, fields = {}) => out.info(fields, event),
    warn: (event, fields = {}) => out.warn(fields, event),
    error: (event, fields = {}) => out.error(fields, event),
  };
}

/** Writes nothing. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Log fields of a caught error: its code or its name. Not its message, which may quote the data that was processed. */
export const failure = (error: unknown): { error: string } => {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: 'code' in error ? String(error.code) : error.name };
};
