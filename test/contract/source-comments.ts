// What the comments in agent/protocol say about its schemas: the CDDL repeats it. A comment is /** … */ before an exported schema,
// before a field, or before the option of a variant.
import { readdirSync, readFileSync } from 'node:fs';
import type { GenericSchema } from 'valibot';

const room = new URL('../../agent/protocol/', import.meta.url);

export interface Named {
  /** As the CDDL has it: `transaction-id`. */
  name: string;
  about: string | undefined;
  /** The statement's text, for its fields' comments. */
  source: string;
}

const plain = (comment: string): string =>
  comment
    .replace(/^\s*\*\s?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

const isSchema = (value: unknown): value is GenericSchema =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'schema';

/** Every exported schema of agent/protocol, by itself. Throws where two have one name. */
export async function namedSchemas(): Promise<ReadonlyMap<unknown, Named>> {
  const named = new Map<unknown, Named>();
  const names = new Set<string>();
  for (const file of readdirSync(room).sort()) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(new URL(file, room), 'utf8');
    const exported: Record<string, unknown> = await import(new URL(file, room).href);
    for (const [key, schema] of Object.entries(exported)) {
      if (!isSchema(schema) || named.has(schema)) continue;
      const name = kebab(key);
      if (names.has(name)) throw new Error(`Two exported schemas of agent/protocol have the name ${key}.`);
      names.add(name);
      const at = new RegExp(`(?:/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n)?export const ${key}\\b[^]*?;\\n`).exec(
        source,
      );
      named.set(schema, { name, about: at?.[1] && plain(at[1]), source: at?.[0] ?? '' });
    }
  }
  return named;
}

/** Comment of the field, where `source` has one. */
export function commentOf(source: string, field: string): string | undefined {
  const found = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*${field}(?::|,|$)`, 'm').exec(source)?.[1];
  return found && plain(found);
}

/** The source of each option of a variant, by its literal; with the comment before it. */
export function optionsOf(
  source: string,
  key: string,
): ReadonlyMap<string, { about?: string; source: string }> {
  const options = new Map<string, { about?: string; source: string }>();
  const begin = new RegExp(
    `(?:/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*)?v\\.strictObject\\(\\{\\s*${key}: v\\.literal\\('(\\w+)'\\)`,
    'g',
  );
  const found = [...source.matchAll(begin)];
  for (const [at, match] of found.entries()) {
    const text = source.slice(match.index + match[0].length, found[at + 1]?.index);
    options.set(match[2]!, { ...(match[1] && { about: plain(match[1]) }), source: text });
  }
  return options;
}
