// Loads code with its source text changed: every module of it anew, beside the one that stands, on no disk.
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

interface Mutant {
  changes: readonly Change[];
  /** URLs of the modules that are loaded anew; undefined: all of ours. */
  anew: ReadonlySet<string> | undefined;
}

const root = new URL('../', import.meta.url).href;
const mutants: Mutant[] = [];
/** By module: those that import it. Filled by loads of everything anew. */
const importers = new Map<string, Set<string>>();

/** Of which mutant a module is: it stands in the URL, and whatever that module imports gets it too. */
function mutantOf(url: string | undefined): string | null {
  return url?.startsWith(root) ? new URL(url).searchParams.get('mutant') : null;
}

const isOurs = (url: string): boolean => url.startsWith(root) && !url.includes('/node_modules/');

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const number = mutantOf(context.parentURL);
    if (number === null || !isOurs(found.url)) return found;
    const { anew } = mutants[Number(number)]!;
    if (anew === undefined) noteImport(context.parentURL!.replace(/\?.*/, ''), found.url);
    return anew === undefined || anew.has(found.url)
      ? { ...found, url: `${found.url}?mutant=${number}` }
      : found;
  },
  load(url, context, next) {
    const found = next(url, context);
    const mutant = mutants[Number(mutantOf(url) ?? Number.NaN)];
    if (!mutant) return found;
    const file = fileOf(url);
    const changes = mutant.changes.filter(change => change.file === file);
    return { ...found, source: changes.reduce(applied, String(found.source)) };
  },
});

const fileOf = (url: string): string => url.slice(root.length).replace(/\?.*/, '');

function noteImport(importer: string, imported: string): void {
  const known = importers.get(imported) ?? new Set();
  importers.set(imported, known.add(importer));
}

/** These modules, and all that import one of them, over however many others. */
function withImporters(urls: readonly string[]): ReadonlySet<string> {
  const found = new Set(urls);
  for (const url of found) for (const importer of importers.get(url) ?? []) found.add(importer);
  return found;
}

/** By entry module: its own URL and those of all of ours that it imports. */
const graphs = new Map<string, Promise<ReadonlySet<string>>>();

/** Loads `code` anew as it stands, to see which modules import which. */
function graphOf(code: URL): Promise<ReadonlySet<string>> {
  const known = graphs.get(code.href);
  if (known) return known;
  const graph = load(code, { changes: [], anew: undefined }).then(() => {
    const modules = new Set([code.href]);
    const isImported = (url: string) => [...(importers.get(url) ?? [])].some(by => modules.has(by));
    for (let size = 0; size < modules.size; ) {
      size = modules.size;
      for (const url of importers.keys()) if (isImported(url)) modules.add(url);
    }
    return modules;
  });
  graphs.set(code.href, graph);
  return graph;
}

async function load<Code>(code: URL, mutant: Mutant): Promise<Code> {
  const url = new URL(code);
  url.searchParams.set('mutant', String(mutants.push(mutant) - 1));
  return await import(url.href);
}

function applied(source: string, { file, find, replace }: Change): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} holds this ${times} times, not once: ${find}`);
  return source.replace(find, () => replace);
}

/**
 * The module at `code` with these changes. The changed modules and all that import them are loaded anew; the others, which
 * behave the same, are those that stand. Errors: a text that is not there exactly once; a file that the module does not load.
 */
export async function mutated<Code>(code: URL, ...changes: readonly Change[]): Promise<Code> {
  for (const change of changes) applied(readFileSync(new URL(change.file, root), 'utf8'), change);
  const graph = await graphOf(code);
  const changed = changes.map(({ file }) => new URL(file, root).href);
  for (const url of changed)
    if (!graph.has(url)) throw new Error(`${fileOf(url)} is no part of ${fileOf(code.href)}`);
  return load(code, { changes, anew: withImporters(changed) });
}
