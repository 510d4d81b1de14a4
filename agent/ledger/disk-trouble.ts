// Errors of a journal that say nothing against its content.
import { isJournalError } from '../journal/journal-error.ts';

/** A disk that takes nothing now may take it later. */
export { isDiskTrouble } from '../journal/journal-error.ts';

/** The records were given up. That is no alarm where they were acknowledged meanwhile, or may be dropped. */
export const isRecycled = (error: unknown): boolean =>
  isJournalError(error) && error.code === 'journal/recycled';
