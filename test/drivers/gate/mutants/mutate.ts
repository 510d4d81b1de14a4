// Loads the gate, or another part, with its source text changed: every module of it anew, beside the one that stands, on no disk.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** One textual change of a source file. */
export interface Change {
  /** From the repository's root. */
  file: string;
  /** Occurs exactly once in the file. */
  find: string;
  replace: string;
}

export type Code = typeof import('./code.ts');

interface Mutant {
  changes: readonly Change[];
  loaded: Set<string>;
}

const root = new URL('../../../../', import.meta.url).href;
const mutants: Mutant[] = [];

/** Of which mutant a module is: it stands in the URL, and whatever that module imports gets it too. */
function mutantOf(url: string | undefined): string | null {
  return url?.startsWith(root) ? new URL(url).searchParams.get('mutant') : null;
}

const isOurs = (url: string): boolean => url.startsWith(root) && !url.includes('/node_modules/');

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const mutant = mutantOf(context.parentURL);
    return mutant !== null && isOurs(found.url) ? { ...found, url: `${found.url}?mutant=${mutant}` } : found;
  },
  load(url, context, next) {
    const found = next(url, context);
    const mutant = mutants[Number(mutantOf(url) ?? Number.NaN)];
    if (!mutant) return found;
    const file = url.slice(root.length).replace(/\?.*/, '');
    mutant.loaded.add(file);
    const changes = mutant.changes.filter(change => change.file === file);
    return { ...found, source: changes.reduce(applied, String(found.source)) };
  },
});

function applied(source: string, { file, find, replace }: Change): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} holds this ${times} times, not once: ${find}`);
  return source.replace(find, () => replace);
}

/** The gate with these changes. Errors: those of mutatedModule. */
export const mutated = (...changes: Change[]): Promise<Code> =>
  mutatedModule<Code>(new URL('./code.ts', import.meta.url), ...changes);

/** A module with these changes in what it imports. Errors: a text that is not there exactly once; a file that it does not import. */
export async function mutatedModule<T>(module: URL, ...changes: Change[]): Promise<T> {
  for (const change of changes) applied(readFileSync(new URL(change.file, root), 'utf8'), change);
  const mutant: Mutant = { changes, loaded: new Set() };
  const url = new URL(module);
  url.searchParams.set('mutant', String(mutants.push(mutant) - 1));
  const code: T = await import(url.href);
  for (const { file } of changes)
    if (!mutant.loaded.has(file)) throw new Error(`${file} is not imported by ${module.pathname}`);
  return code;
}
