// Every field of a message with another value, one at a time, given to whoever reads it: either it is refused, or it is named here as a
// field that may differ, with the reason.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Value } from '../../../agent/protocol/cbor.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { kindsOf, partOf, pathsOf, schemaOf } from './schema-paths.ts';

type Fields = { readonly [name: string]: Value | undefined };

/** A field that may have another value. */
export interface Free {
  because: string;
}
export const free = (because: string): Free => ({ because });

export interface Message<B> {
  name: string;
  /** Its name in the list of messages (schema-paths.ts), and, where `body` is a part of it, the path of that part. */
  of: string;
  at?: string;
  body: B;
  /** Gives the rightly signed body to its reader. Resolves where it is taken; errors with a code, and the path of the field. */
  take(body: B): unknown;
  /** What comes of each field, by its path: the code and the path of the refusal, or why it may differ. */
  fields: Readonly<Record<string, string | Free>>;
  /** Parts that tests of their own change. */
  elsewhere?: readonly string[];
  /** Another value of a field that no other value of its type would do for. */
  other?: Readonly<Record<string, Value>>;
}

/** A right value of the same type. */
function another(value: Value): Value {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value instanceof Uint8Array) return Buffer.from(value.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
  if (typeof value === 'string') {
    const [one, other] = /\d$/.test(value) ? ['3', '4'] : ['x', 'y'];
    return value.slice(0, -1) + (value.endsWith(one!) ? other : one);
  }
  throw new Error('no leaf');
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Each leaf of `value` by its path, with the body in which this leaf is another one. Of a list, the first item stands for all. */
function* changes(value: Value, other: Message<unknown>['other'], path = ''): Generator<[string, Value]> {
  const given = other?.[path];
  if (given !== undefined) return yield [path, given];
  if (Array.isArray(value)) {
    for (const [at, changed] of changes(value[0], other, `${path}.0`)) yield [at, value.with(0, changed)];
  } else if (isFields(value)) {
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      for (const [at, changed] of changes(item, other, path ? `${path}.${name}` : name))
        yield [at, { ...value, [name]: changed }];
    }
  } else yield [path, another(value)];
}

interface Refused {
  code?: string;
  path?: string;
  cause?: unknown;
  detail?: { file?: string; path?: string };
}

/** For readers that report what they refuse, and throw nothing. */
export class Reported extends Error {
  readonly code: string;
  readonly path: string | undefined;

  constructor(code: string, path?: string) {
    super(code);
    this.code = code;
    this.path = path;
  }
}

/** Code and path of an error of ours, also of one that it wraps. */
function refusalIn(error: unknown): string {
  const { code, path, cause, detail = {} } = error as Refused;
  if (code === undefined) throw error;
  const inner = isProtocolError(cause) ? cause.path : detail.path;
  return [code, detail.file, path ?? inner].filter(part => part !== undefined).join(' ');
}

/** What was bound in this process. */
const bound: { of: string; at: string; body: unknown }[] = [];

/** One test for each message: it is taken as it is, and each other value does what the table says. */
export function bind<B>(message: Message<B>): void {
  const { name, of, at = '', body, take, fields, other, elsewhere = [] } = message;
  bound.push({ of, at, body });
  const isElsewhere = (path: string) => elsewhere.some(part => path === part || path.startsWith(`${part}.`));
  test(`${name}: every field is checked, or may differ for a reason`, async () => {
    const inSchema = [...pathsOf(partOf(schemaOf(of), at), body)].filter(path => !isElsewhere(path));
    const isNamed = (path: string) =>
      Object.keys(fields).some(one => `${path}.`.startsWith(`${one}.`) || one.startsWith(`${path}.`));
    assert.equal(
      inSchema.filter(path => !isNamed(path)),
      [],
      'fields of the schema without a word here',
    );
    await take(body);
    const outcomes: Record<string, string> = {};
    for (const [path, changed] of changes(body as Value, other))
      outcomes[path] = await Promise.resolve()
        .then(() => take(changed as B))
        .then(() => 'taken', refusalIn);
    const expected = Object.entries(fields).map(([path, what]) => [
      path,
      typeof what === 'string' ? what : 'taken',
    ]);
    assert.equal(outcomes, Object.fromEntries(expected));
  });
}

/** A test that every kind of a message was bound before, by the field `key` that names the kind. */
export function bindsEveryKind(of: string, key: string, at = ''): void {
  test(`every kind of ${of} is bound`, () => {
    const kinds = bound
      .filter(one => one.of === of && one.at === at)
      .map(({ body }) => key.split('.').reduce(fieldOf, body));
    const path = key.split('.').slice(0, -1).join('.');
    assert.equal(new Set(kinds), new Set(kindsOf(partOf(partOf(schemaOf(of), at), path))));
  });
}

const fieldOf = (value: unknown, name: string): unknown =>
  (value as Record<string, unknown> | undefined)?.[name];
