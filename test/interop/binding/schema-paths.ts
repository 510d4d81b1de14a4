// The fields of a message as its schema has them: a field that is new there is missing in a test that does not know it.
import type * as v from 'valibot';
import { ledgerRecord } from '../../../agent/protocol/ledger.ts';
import { messages } from '../../../agent/protocol/messages.ts';
import { telemetryRecord } from '../../../agent/protocol/telemetry.ts';

/** As valibot has it at run time; its types hide the parts. */
interface Schema {
  type: string;
  key?: unknown;
  literal?: string;
  options?: readonly Schema[];
  entries?: Record<string, Schema>;
  item?: Schema;
  wrapped?: Schema;
  value?: Schema;
  getter?: (input: unknown) => Schema;
}

/** Messages of the contract, and the records inside of them. */
export function schemaOf(name: string): Schema {
  const inside: Record<string, v.GenericSchema> = {
    'ledger record': ledgerRecord,
    'telemetry record': telemetryRecord,
  };
  const schema = inside[name] ?? messages.find(one => one.name === name)?.body;
  if (!schema) throw new Error(`No message ${name}.`);
  return schema as unknown as Schema;
}

const fieldOf = (value: unknown, name: string): unknown =>
  (value as Record<string, unknown> | undefined)?.[name];

/** Each leaf by its path, optional ones too. `body` says which kind of message it is, and which keys a map has that is data. */
export function* pathsOf(schema: Schema, body: unknown, path = ''): Generator<string> {
  const below = (name: string | number) => (path ? `${path}.${name}` : `${name}`);
  const { wrapped, getter, entries, item, value } = schema;
  if (wrapped) yield* pathsOf(wrapped, body, path);
  else if (getter) yield* pathsOf(getter(body), body, path);
  else if (entries)
    for (const [name, field] of Object.entries(entries))
      yield* pathsOf(field, fieldOf(body, name), below(name));
  else if (schema.type === 'array') yield* pathsOf(item!, fieldOf(body, '0'), below(0));
  else if (schema.type === 'record')
    for (const name of Object.keys(body ?? {})) yield* pathsOf(value!, fieldOf(body, name), below(name));
  else yield path;
}

/** The part of a message at `path`: names of fields, with dots. */
export const partOf = (schema: Schema, path: string): Schema =>
  path
    .split('.')
    .filter(Boolean)
    .reduce((outer, name) => outer.entries![name]!, schema);

/** Names of the kinds of a message that has several. */
export function kindsOf(schema: Schema): readonly string[] {
  const { key, options = [] } = schema.getter?.(undefined) ?? schema;
  return options.map(({ entries }) => entries![String(key)]!.literal!);
}
