// Where the programs lie that the simulator starts: in this tree, or, where they were built, in a folder of the same layout.
import { join } from 'node:path';

/** Environment variable: a folder that holds the built programs, each at its path in this tree. */
export const programsVariable = 'MADOGUCHI_PROGRAMS';

/** The file of a program, given its path from the project's root without extension. */
export function program(path: string): string {
  const built = process.env[programsVariable];
  return built ? join(built, `${path}.js`) : join(import.meta.dirname, '..', `${path}.ts`);
}
