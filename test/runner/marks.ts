// What a test file's process and the runner agree on.

/** Before the name of each skipped test, at the beginning of a line. The name says why after " # ". */
export const skipMark = 'skipped: ';

/** Environment variable with the path of the folder that a test file's process leaves its notes in. */
export const notesFolder = 'MADOGUCHI_TEST_NOTES';

/** Environment variable with the id of the process that may write there: its children inherit both, and may not. */
export const notesOwner = 'MADOGUCHI_TEST_NOTES_OF';

/** Notes by file name: the test or hook under way; the reasons of failures so far; processor time, in ms. */
export const notes = { running: 'running', reasons: 'reasons', processor: 'processor' } as const;
