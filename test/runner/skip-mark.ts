// How a skipped test shows in a test file's output.

/** Before the name of each skipped test, at the beginning of a line. The name says why after " # ". */
export const skipMark = 'skipped: ';
