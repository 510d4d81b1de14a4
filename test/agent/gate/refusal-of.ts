// The code of a refusal, whichever copy of the gate's code made it: a mutant's errors are of classes of its own.

/** Nothing where `work` goes well. An error without a code is a mistake of the test's, and thrown. */
export async function refusalOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !code.includes('/')) throw error;
    return code;
  }
}
