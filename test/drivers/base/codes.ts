// Asserting on errors by their code.
import * as assert from 'uvu/assert';

/** The code of what `work` throws or rejects with; fails where it does neither. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return (error as { code?: unknown }).code ?? String(error);
  }
  return assert.unreachable('nothing was refused');
}
