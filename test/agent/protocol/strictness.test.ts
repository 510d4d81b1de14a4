// Every field of every message: none may be missing, of another type, or beside the named ones.
import { isDeepStrictEqual } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Value } from '../../../agent/protocol/cbor.ts';
import { refuses } from '../../refusal.ts';
import { type Reader, readers } from './readers.ts';

type Fields = { [key: string]: Value };
type Mutant = [what: string, body: Value];

/** Fields that may be absent, and maps whose keys are data and not fields (there a new key can be right). */
const optional = ['code', 'order', 'evidence', 'shop', 'clockAheadMs', 'reason', 'path'];
/** The same in one kind of body, by its `type`. */
const optionalIn: Record<string, string[]> = { evidence: ['outcome'] };
const neededIn: Record<string, string[]> = { evidence: ['evidence'] };
const tables = ['options', 'spentMs', 'municipalities', 'kinds', 'issuing', 'issuingSeal'];

const isFields = (value: Value): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Every body that differs from `value` in one place in which the contract leaves no choice. */
function* mutants(value: Value, path = ''): Generator<Mutant> {
  if (Array.isArray(value)) {
    yield [`${path}: no array`, null];
    for (const [at, item] of value.entries())
      for (const [what, changed] of mutants(item, `${path}[${at}]`)) yield [what, value.with(at, changed)];
    return;
  }
  if (!isFields(value)) {
    yield* wrongLeaves(value, path);
    return;
  }
  const name = path.split('.').at(-1) ?? '';
  const isTable = tables.includes(name) || /^\d{6}$/.test(name);
  if (!isTable || name !== 'options') yield [`${path}: a field more`, { ...value, zz: { zz: 1 } }];
  for (const [key, item] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    const { [key]: _, ...without } = value;
    const type = String(value.type);
    const mayBeAbsent = optional.includes(key) && !neededIn[type]?.includes(key);
    if (!isTable && !mayBeAbsent && !optionalIn[type]?.includes(key)) yield [`${at}: absent`, without];
    for (const [what, changed] of mutants(item, at)) yield [what, { ...value, [key]: changed }];
  }
}

function* wrongLeaves(value: Value, path: string): Generator<Mutant> {
  const wrong: Value[] = [null, [], { zz: 1 }, new Map([[1, 1]])];
  if (typeof value === 'number') wrong.push('1', -2, Number.MIN_SAFE_INTEGER, true);
  if (typeof value === 'boolean') wrong.push(1, 'true');
  if (typeof value === 'string') wrong.push(1, Buffer.from(value), 'x'.repeat(70_000));
  if (value instanceof Uint8Array) wrong.push('text', Buffer.alloc(0));
  if (value instanceof Map) wrong.push(new Map([...(value as Map<number, Value>), [2, Buffer.alloc(1)]]));
  for (const one of wrong) if (!isAllowed(path, one)) yield [`${path}: ${String(one).slice(0, 20)}`, one];
}

/** An option's value is a word or a list of members; a clock may be behind, and a certificate's days may be over. */
const isAllowed = (path: string, value: Value): boolean =>
  (/options\.\w+(\[\d+\])?$/.test(path) && Array.isArray(value) && !path.endsWith(']')) ||
  (path === 'clockAheadMs' && typeof value === 'number') ||
  (path === 'certificateDays' && value === -2);

function survivors({ body, write, read }: Reader): { tried: number; survived: string[] } {
  const survived: string[] = [];
  let tried = 0;
  for (const [what, mutant] of mutants(body)) {
    tried++;
    try {
      read(write(mutant));
      survived.push(what);
    } catch (error) {
      if (!refuses('protocol/schema')(error)) survived.push(`${what}: ${error}`);
    }
  }
  return { tried, survived };
}

for (const reader of readers)
  test(`${reader.kind} is read as it was written, and refused when any one field is wrong`, () => {
    assert.ok(isDeepStrictEqual(reader.read(reader.write(reader.body)), reader.body));
    const { tried, survived } = survivors(reader);
    assert.ok(tried >= 6, `${tried} mutants`);
    assert.equal(survived, []);
  });

test('a refusal names the path and not the value', () => {
  const presence = readers.find(({ kind }) => kind === 'presence')!;
  const message = presence.write({ ...(presence.body as Fields), terminal: 'Yoshida Taro' });
  assert.throws(
    () => presence.read(message),
    (error: Error) => error.message.includes('terminal'),
  );
  assert.throws(() => presence.read(message), refuses('protocol/schema', 'Yoshida'));
});

test.run();
