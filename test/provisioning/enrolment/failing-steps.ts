// Lets an enrolment's nth step on the disk fail, and those after it, in the test's own process: what is on the disk then is what
// kill -9 leaves there. Steps are counted at Node's own functions, so no step of the enrolment can be forgotten.
import { promises } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const names = ['mkdir', 'open', 'rename', 'rm'] as const;
const onFile = ['writeFile', 'sync'] as const;
type Any = (...args: unknown[]) => Promise<unknown>;
const own = promises as unknown as Record<string, Any>;
const real = Object.fromEntries(names.map(name => [name, own[name]!]));

/** The failing step: alone (`once`), or with each one after it (`dead`). */
export type Failure = 'once' | 'dead';

/**
 * Runs `work`, whose step number `failing` (from 1) at paths that begin with `place` fails with EIO before it does anything.
 * Gives the number of steps that were asked for.
 */
export async function failingAt(
  place: string,
  failing: number,
  how: Failure,
  work: () => Promise<unknown>,
): Promise<number> {
  let steps = 0;
  const step = () => {
    steps++;
    if (how === 'once' ? steps === failing : steps >= failing)
      throw Object.assign(new Error('This step fails.'), { code: 'EIO' });
  };
  for (const name of names)
    own[name] = async (...args) => {
      if (!String(args[0]).startsWith(place)) return real[name]!(...args);
      step();
      const result = await real[name]!(...args);
      if (name === 'open') failIn(result as FileHandle, step);
      return result;
    };
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(own, real);
    syncBuiltinESMExports();
  }
  return steps;
}

function failIn(file: FileHandle, step: () => void): void {
  const methods = file as unknown as Record<string, Any>;
  for (const name of onFile) {
    const before = methods[name]!.bind(file);
    methods[name] = async (...args) => {
      step();
      return before(...args);
    };
  }
}
