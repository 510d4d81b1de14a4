// The code that is put to the test: imported once as it stands, and once more for each mutant.

export { openJournal } from '../../agent/journal/open-journal.ts';
