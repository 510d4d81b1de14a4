// Every body that differs from a right one in one place: what a field may be is taken from its schema.
import * as v from 'valibot';
import { decode, encode, type Value } from '../../agent/protocol/cbor.ts';
import type { BytesFacts } from '../../agent/protocol/schema.ts';

/** `inside`: whether what lies in a byte string of it is right, where that is what differs. */
export type Mutant = readonly [what: string, body: Value, inside?: boolean];

type Fields = { readonly [key: string]: Value };
// biome-ignore lint/suspicious/noExplicitAny: valibot's types hide the parts that schemas have at run time
type Schema = any;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The schema that is meant: without `optional`, and of alternatives the one that takes the value. */
function meant(schema: Schema, value: unknown): Schema {
  if (schema.type === 'optional') return meant(schema.wrapped, value);
  if (schema.type === 'lazy') return meant(schema.getter(value), value);
  if (schema.type === 'union')
    return meant(
      schema.options.find((one: v.GenericSchema) => v.is(one, value)),
      value,
    );
  return schema;
}

const otherTypes: readonly Value[] = ['zz', Buffer.from('zz'), -1, true, new Map([[7, 7]]), {}, []];

/** Null and two more: at another path, other ones. */
const ofOtherType = (path: string): Value[] => [
  null,
  otherTypes[path.length % otherTypes.length]!,
  otherTypes[(path.length + 3) % otherTypes.length]!,
];

export function* mutantsOf(asked: v.GenericSchema, value: Value, path = '', budget = 8): Generator<Mutant> {
  const schema = meant(asked, value);
  for (const other of ofOtherType(path))
    if (
      typeof other !== typeof value ||
      Array.isArray(other) !== Array.isArray(value) ||
      schema.type === 'record'
    )
      yield [`${path}: of another type`, other];
  if (Array.isArray(value)) {
    const bound = (type: string): number | undefined =>
      schema.pipe?.find((action: { type: string }) => action.type === type)?.requirement;
    const max = bound('max_length');
    if (max !== undefined && value[0] !== undefined)
      yield [`${path}: too many`, Array.from({ length: max + 1 }, () => value[0]!)];
    if (bound('min_length') !== undefined) yield [`${path}: none`, []];
    // the changed item stands alone: the others would only cost time
    for (const [at, item] of value.slice(0, budget).entries())
      for (const [what, changed, inside] of mutantsOf(schema.item, item, `${path}.${at}`, budget))
        yield [what, [changed], inside];
  } else if (isFields(value)) yield* ofFields(schema, value, path, budget);
  else yield* ofLeaf(schema, value, path);
}

function* ofFields(schema: Schema, value: Fields, path: string, budget: number): Generator<Mutant> {
  yield [`${path}: a field more`, { ...value, zz: 0 }];
  yield [`${path}: a field whose name is no word`, { ...value, '': 'x' }];
  for (const [key, item] of Object.entries(value)) {
    const { [key]: _, ...without } = value;
    yield [`${path}.${key}: removed`, without];
    yield [`${path}.${key}: renamed`, { ...without, [`${key}X`]: item }];
    const field = schema.type === 'record' ? schema.value : schema.entries[key];
    for (const [what, changed, inside] of mutantsOf(field, item, `${path}.${key}`, budget))
      yield [what, { ...value, [key]: changed }, inside];
  }
}

function* ofLeaf(schema: Schema, value: Value, path: string): Generator<Mutant> {
  const actions: readonly { type: string; requirement?: unknown }[] = schema.pipe ?? [];
  const required = (type: string) => actions.find(action => action.type === type)?.requirement as number;
  if (typeof value === 'number' && schema.type === 'number') {
    const [min, max] = [required('min_value'), required('max_value')];
    yield [`${path}: too low`, Math.max(min - 1, Number.MIN_SAFE_INTEGER)];
    yield [`${path}: too high`, Math.min(max + 1, Number.MAX_SAFE_INTEGER)];
    yield [`${path}: lowest`, min];
    yield [`${path}: highest`, max];
  }
  if (typeof value === 'string') {
    for (const other of ['', `${value} `, `${value}\n`, value.toUpperCase(), `${value}é`, '𠮷'.repeat(40)])
      yield [`${path}: text ${JSON.stringify(other.slice(0, 20))}`, other];
    const source = String((required('regex') as unknown as RegExp | undefined)?.source ?? '');
    for (const [, max] of source.matchAll(/\{\d+,(\d+)\}|\{(\d+)\}/g))
      for (const length of [Number(max ?? 0), Number(max ?? 0) + 1, Number(max ?? 0) + 2])
        yield [`${path}: ${length} letters`, 'a'.repeat(length)];
  }
  if (value instanceof Uint8Array) {
    const { min, max, content } = v.getMetadata(schema) as unknown as BytesFacts;
    yield [`${path}: empty`, Buffer.alloc(0)];
    // a long one of 16 MiB costs more than it shows
    if (max < 1 << 19) yield [`${path}: too long`, Buffer.alloc(max + 1)];
    if (min > 1) yield [`${path}: too short`, Buffer.alloc(min - 1)];
    if (content && 'cbor' in content && content.cbor.type !== 'unknown')
      for (const [what, inner] of mutantsOf(content.cbor, decode(value) as Value, path))
        yield [what, encode(inner), v.is(content.cbor, inner)];
    if (!content && max < 1 << 17) yield [`${path}: longest`, Buffer.alloc(max)];
  }
  if (value instanceof Map)
    for (const [key] of value as Map<number, Value>) {
      const without = new Map(value as Map<number, Value>);
      without.delete(key);
      yield [`${path}: without ${key}`, without];
    }
}
