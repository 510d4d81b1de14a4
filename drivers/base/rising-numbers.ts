// Remembers the highest of some numbers in a file, so that nothing with a lower number is taken again.
import { readFile } from 'node:fs/promises';
import { replaceFile } from './replace-file.ts';

export type Numbers = Readonly<Record<string, number>>;

/** Name and numbers of the first one that is lower than one that was taken before. */
export interface Lower {
  name: string;
  given: number;
  highest: number;
}

/** Content of the file; nothing where there is none. Errors: the system's; SyntaxError and TypeError where it is damaged. */
export async function highestIn(path: string): Promise<Numbers> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '{}';
  });
  const known: unknown = JSON.parse(text);
  if (typeof known !== 'object' || known === null || !Object.values(known).every(Number.isSafeInteger))
    throw new TypeError(`${path} does not hold numbers.`);
  return known as Numbers;
}

export function lowerThan(highest: Numbers, numbers: Numbers): Lower | undefined {
  for (const [name, given] of Object.entries(numbers)) {
    const known = highest[name];
    if (known !== undefined && given < known) return { name, given, highest: known };
  }
  return undefined;
}

export const sayLower = ({ given, highest }: Omit<Lower, 'name'>): string =>
  `its number is ${given}, and ${highest} was taken before`;

/** Writes `numbers` where one of them is not known yet, durably. Errors: those of `highestIn`; the system's. */
export async function remember(path: string, numbers: Numbers): Promise<void> {
  const highest = await highestIn(path);
  if (Object.entries(numbers).every(([name, given]) => highest[name] === given)) return;
  await replaceFile(path, `${JSON.stringify({ ...highest, ...numbers }, null, 2)}\n`);
}
