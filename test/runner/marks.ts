// What a test file's process and the runner agree on.

/** Before the name of each skipped test, at the beginning of a line. The name says why after " # ". */
export const skipMark = 'skipped: ';

/** Environment variable with the path of the folder that a test file's process leaves its notes in. */
export const notesFolder = 'MADOGUCHI_TEST_NOTES';

/** Notes by file name: the test or hook under way; the reasons of failures so far; processor time, in ms. */
export const notes = { running: 'running', reasons: 'reasons', processor: 'processor' } as const;
