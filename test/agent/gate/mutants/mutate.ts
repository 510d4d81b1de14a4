// The gate with its source text changed.
import { type Change, mutated as mutatedModule } from '../../../mutate.ts';

export type { Change };
export type Code = typeof import('./code.ts');

/** The gate with these changes. Errors: a text that is not there exactly once; a file that is no part of the gate. */
export const mutated = (...changes: Change[]): Promise<Code> =>
  mutatedModule<Code>(new URL('./code.ts', import.meta.url), ...changes);
