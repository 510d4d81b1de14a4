// The second reader, which reads messages.cddl, takes and refuses the same bodies as our schemas.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { decode, encode, Tag, type Value } from '../../agent/protocol/cbor.ts';
import { type Message, messages } from '../../agent/protocol/messages.ts';
import { readers } from '../agent/protocol/readers.ts';
import * as bodies from '../interop/sample-bodies.ts';
import { samples } from '../interop/sample-messages.ts';
import { type Recorded, readAgain } from '../interop/second-reader.ts';
import { mutantsOf } from './body-mutants.ts';

/** Right bodies of a message. */
function bodiesOf({ name }: Message): Value[] {
  const recorded = samples.filter(sample => sample.recorded.kind === name).map(({ body }) => body as Value);
  if (name === 'stamp') return bodies.stamps.slice(0, 1);
  return recorded.length > 0 ? recorded : readers.filter(({ kind }) => kind === name).map(({ body }) => body);
}

interface Case {
  what: string;
  recorded: Recorded;
  right: boolean;
}

const held = (kind: string, value: Value | Tag, as: 'body' | 'form'): Recorded => ({
  kind,
  message: encode(value).toString('hex'),
  held: as,
});

const ofBodies: Case[] = messages.flatMap(message => {
  const { name, body: schema } = message;
  const found = bodiesOf(message);
  assert.ok(found.length > 0, `no sample of ${name}`);
  return found.flatMap((body, nth) =>
    [[' as it is', body] as const, ...mutantsOf(schema, body)].map(([what, mutant, inside = true]) => ({
      what: `${name} ${nth}: ${what}`,
      recorded: held(name, mutant, 'body'),
      right: inside && v.is(schema, mutant),
    })),
  );
});

/** Forms that are no COSE_Sign1 or COSE_Encrypt of ours. */
function* wrongForms(name: string): Generator<Case> {
  const { message } = samples.find(({ recorded }) => recorded.kind === name)!.recorded;
  const { tag, value } = decode(Buffer.from(message, 'hex')) as Tag & { value: Value[] };
  const [, open, body] = value;
  const other = tag === 18 ? 96 : 18;
  const header = (pairs: [number, Value][]) => encode(new Map<number, Value>(pairs));
  const forms: [what: string, form: Value | Tag][] = [
    ['no tag', value],
    ['the other tag', new Tag(value, other)],
    ['an item less', new Tag(value.slice(0, -1), tag)],
    ['an item more', new Tag([...value, null], tag)],
    ['no header', new Tag(value.with(0, Buffer.alloc(0)), tag)],
    ['another algorithm', new Tag(value.with(0, header([[1, -35]])), tag)],
    [
      'a header more',
      new Tag(
        value.with(
          0,
          header([
            [1, 3],
            [2, []],
          ]),
        ),
        tag,
      ),
    ],
    ['an open header more', new Tag(value.with(1, new Map([[7, 7]])), tag)],
    ['a text for its body', new Tag(value.with(2, 'text'), tag)],
    ['a body of 2 bytes', new Tag(value.with(2, (body as Buffer).subarray(0, 2)), tag)],
  ];
  if (tag === 18) forms.push(['a signature of 65 bytes', new Tag(value.with(3, Buffer.alloc(65)), tag)]);
  else {
    const [[recipient]] = [value[3] as Value[][]];
    const to = (changed: Value) => new Tag(value.with(3, [changed]), tag);
    const keys = recipient![1] as Map<number, Value>;
    const short = new Map(keys.get(-1) as Map<number, Value>).set(-2, Buffer.alloc(31));
    forms.push(
      ['two recipients', new Tag(value.with(3, [recipient!, recipient!]), tag)],
      ['no recipient', new Tag(value.with(3, []), tag)],
      ['a key of its own', to(recipient!.with(2, Buffer.alloc(1)))],
      ['another key agreement', to(recipient!.with(0, header([[1, -26]])))],
      ['an ephemeral key that is short', to(recipient!.with(1, new Map(keys).set(-1, short)))],
      ['an initial vector of 11 bytes', new Tag(value.with(1, new Map([[5, Buffer.alloc(11)]])), tag)],
    );
    assert.ok(open instanceof Map);
  }
  for (const [what, form] of forms)
    yield { what: `${name}: ${what}`, recorded: held(name, form, 'form'), right: false };
}

/** `{key: value}` twice in one map. */
function* doubled(): Generator<Case> {
  for (const { recorded, body } of samples) {
    if (recorded.held || !(typeof body === 'object' && body !== null) || Array.isArray(body)) continue;
    const [first] = Object.entries(body as Record<string, Value>);
    const whole = encode(body as Value);
    if (!first || whole[0]! < 0xa1 || whole[0]! > 0xb6) continue;
    const twice = Buffer.concat([whole, encode(first[0]), encode(first[1])]);
    twice[0]! += 1;
    const message = twice.toString('hex');
    yield {
      what: `${recorded.kind}: a key twice`,
      recorded: { kind: recorded.kind, message, held: 'body' },
      right: false,
    };
  }
}

const cases = [...ofBodies, ...wrongForms('presence'), ...wrongForms('authentication'), ...doubled()];
const readings = readAgain(cases.map(({ recorded }) => recorded));
const refused = cases.filter(({ right }) => !right).length;

test(`the second reader refuses the same of ${cases.length} bodies and forms as our schemas: ${refused}`, () => {
  const differ = cases.filter(({ right }, at) => right !== (readings[at]?.refused === undefined));
  assert.equal(
    differ.map(({ what, right }) => `${what}${right ? ' is refused' : ' is taken'}`),
    [],
  );
  assert.ok(refused > 3000 && cases.length - refused > 100, `${refused} of ${cases.length}`);
});

test.run();
