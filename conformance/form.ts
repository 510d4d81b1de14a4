// What every form of `npm run conformance` declares.

export interface Form {
  name: string;
  /** The command line after `npm run conformance -- `. */
  usage: string;
  /** One line. */
  summary: string;
  /** Returns the exit code: 0 everything passed, 1 something failed. Errors: UsageError; others end with 1. */
  run(args: readonly string[], print: (line: string) => void): Promise<number>;
}

/** The command line is wrong, in words for a person. */
export class UsageError extends Error {
  override name = 'UsageError';
}
