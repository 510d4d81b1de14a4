// The log of a process: JSON lines on stderr, made by pino. A line has an event's name and plain fields. It never has a
// payload, a PIN, a key, a certificate or personal data. The log never stops its process: see standard-error.ts.
import { pino } from 'pino';
import { type LogLine, RepeatedLines } from './repeated-lines.ts';
import { writeStandardError } from './standard-error.ts';

type Fields = Record<string, string | number | boolean>;

export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

/**
 * For a whole process: what would otherwise be printed by Node, and could so stop it or kill it, is logged as well. After an
 * uncaught error the process exits with 1.
 */
export function openLog(name: 'agent' | 'gate' | 'native'): Log {
  const out = pino({ base: { process: name, pid: process.pid } }, { write: writeStandardError });
  const repeated = new RepeatedLines(() => performance.now());
  const write =
    (level: LogLine['level']) =>
    (event: string, fields: Fields = {}) => {
      for (const line of repeated.pass({ level, event, fields })) out[line.level](line.fields, line.event);
    };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  process.removeAllListeners('warning').on('warning', warning => log.warn('warning', failure(warning)));
  process.on('uncaughtException', error => {
    log.error('crashed', { ...failure(error), at: framesOf(error) });
    process.exit(1);
  });
  return log;
}

/** Writes nothing. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Log fields of a caught error: its code or its name. Not its message, which may quote the data that was processed. */
export const failure = (error: unknown): { error: string } => {
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: 'code' in error ? String(error.code) : error.name };
};

/** Where an error was thrown, without its message. */
const framesOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? '') : '')
    .split('\n')
    .filter(line => line.startsWith('    at '))
    .map(line => line.trim())
    .join(', ');
