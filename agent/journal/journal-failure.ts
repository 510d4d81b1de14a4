// What is wrong at a journal, as data: for screen, status and hub.
import type { JournalError, JournalErrorCode } from './journal-error.ts';

/** What is wrong at the journal, for the operator: which, of what there is no more, and where. */
export interface JournalFailure {
  code: JournalErrorCode;
  /** With journal/full: `space`, `inodes`, `quota`, or `budget` of the journal itself. */
  limit?: string;
  path?: string;
}

export function journalFailure({ code, detail: { limit, path } }: JournalError): JournalFailure {
  return {
    code,
    ...(typeof limit === 'string' && { limit }),
    ...(typeof path === 'string' && { path }),
  };
}
