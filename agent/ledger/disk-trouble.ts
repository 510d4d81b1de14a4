// Errors of a journal that say nothing against its content.
import { isJournalError, isTrouble } from '../journal/journal-error.ts';

/** The records were given up. That is no alarm where they were acknowledged meanwhile, or may be dropped. */
export const isRecycled = (error: unknown): boolean =>
  isJournalError(error) && error.code === 'journal/recycled';

/** A disk that takes nothing now may take it later. */
export const isDiskTrouble = isTrouble;
