// The schemas of agent/protocol as CDDL (RFC 8610): docs/contract/messages.cddl. A kind of schema that is not known here throws.
import * as v from 'valibot';
import { type Message, messages } from '../../agent/protocol/messages.ts';
import type { BytesFacts } from '../../agent/protocol/schema.ts';
import { cddlPattern } from './pattern.ts';
import { preamble } from './preamble.ts';
import { commentOf, type Named, namedSchemas, optionsOf } from './source-comments.ts';

/** As valibot has it at run time; its types hide the parts. */
interface Schema {
  type: string;
  literal?: string | number | boolean;
  options?: readonly (Schema | string | number)[];
  entries?: Record<string, Schema>;
  item?: Schema;
  wrapped?: Schema;
  key?: Schema;
  value?: Schema;
  getter?: (input: unknown) => Schema;
  pipe?: readonly Action[];
}
interface Action {
  kind: string;
  type: string;
  requirement?: unknown;
  message?: unknown;
}

const width = 110;
const named = await namedSchemas();
const unsaid = new Set<unknown>(['expected well-formed text']);

export const ruleOf = ({ name }: Message): string => `${name.replaceAll(' ', '-')}-message`;
const signedRule = (body: unknown): string => {
  const message = messages.find(one => one.form.startsWith('signed') && one.body === body);
  if (!message) throw new Error('A signed content is not in the list of messages.');
  return ruleOf(message);
};

class Writer {
  /** Rules that are to be written, in the order in which they are met. */
  readonly needed: { name: string; schema: Schema; about: string | undefined; source: string }[] = [];
  readonly #seen = new Set<unknown>();

  /** The rule's name, where the schema has one; else what it is. `source`: where its fields' comments are. */
  type(schema: Schema, source: string, indent: string): string {
    const known = named.get(schema);
    if (known) return this.#refer(schema, known);
    const first = schema.pipe?.[0];
    // a named schema with a check of its own at this place
    const base = first && first !== (schema as unknown) ? named.get(first) : undefined;
    return base ? this.#refer(first as never, base) : this.inside(schema, source, indent);
  }

  #refer(schema: Schema, { name, about, source }: Named): string {
    if (!this.#seen.has(schema)) this.needed.push({ name, schema, about, source });
    this.#seen.add(schema);
    return name;
  }

  /** What the schema is, its own name left aside. */
  inside(schema: Schema, source: string, indent: string): string {
    const actions = actionsOf(schema);
    switch (schema.type) {
      case 'custom':
        return this.#bytes(schema, source, indent);
      case 'unknown':
        return 'any';
      case 'boolean':
        return 'bool';
      case 'literal':
        return JSON.stringify(schema.literal);
      case 'picklist':
        return schema.options!.map(one => JSON.stringify(one)).join(' / ');
      case 'number':
        return range(actions);
      case 'string':
        return text(actions);
      case 'optional':
        return this.type(schema.wrapped!, source, indent);
      case 'array':
        return `[${occurrence(actions)} ${grouped(this.type(schema.item!, source, indent))}]`;
      case 'record': {
        const key = this.type(schema.key!, source, indent);
        return `{ * ${key} => ${this.type(schema.value!, source, indent)} }`;
      }
      case 'strict_object':
        return this.#map(schema, source, indent);
      case 'union':
        return schema.options!.map(one => this.type(one as Schema, source, indent)).join(' / ');
      case 'variant':
        return this.#variant(schema, source, indent);
      case 'lazy':
        return this.inside(schema.getter!(undefined), source, indent);
      default:
        throw new Error(`CDDL of a valibot schema of type ${schema.type}: teach test/contract/cddl.ts.`);
    }
  }

  #bytes(schema: Schema, source: string, indent: string): string {
    const facts = v.getMetadata(schema as unknown as v.GenericSchema) as Partial<BytesFacts>;
    const { min, max, content } = facts;
    if (min === undefined)
      throw new Error('CDDL of a v.custom without metadata: teach test/contract/cddl.ts.');
    const size = `bytes .size ${min === max ? min : `(${min}..${max})`}`;
    if (!content) return size;
    const inner =
      'signed' in content
        ? signedRule(content.signed)
        : grouped(this.type(content.cbor as unknown as Schema, source, indent));
    return `(${size}) .and (bytes .cbor ${inner})`;
  }

  #map(schema: Schema, source: string, indent: string): string {
    const deeper = `${indent}  `;
    const fields = Object.entries(schema.entries!).map(([name, field]) => {
      const optional = field.type === 'optional';
      const type = `${optional ? '? ' : ''}${name}: ${this.type(field, source, deeper)}`;
      const also = checksOf(optional ? field.wrapped! : field);
      const about = [commentOf(source, name), ...(named.has(field) ? [] : also)].filter(Boolean);
      return { type, comments: about.flatMap(one => comment(one!, deeper)) };
    });
    const line = `{ ${fields.map(({ type }) => type).join(', ')} }`;
    const fits = !line.includes('\n') && indent.length + line.length < width - 30;
    if (fits && fields.every(({ comments }) => comments.length === 0)) return line;
    return [
      '{',
      ...fields.flatMap(({ type, comments }) => [...comments, `${deeper}${type},`]),
      `${indent}}`,
    ].join('\n');
  }

  #variant(schema: Schema, source: string, indent: string): string {
    const key = (schema as unknown as { key: string }).key;
    const parts = optionsOf(source, key);
    const deeper = `${indent}  `;
    return schema
      .options!.map(one => {
        const option = one as Schema;
        const part = parts.get(String(option.entries![key]!.literal));
        const about = part?.about ? `${comment(part.about, deeper).join('\n')}\n` : '';
        return `${about}${deeper}${this.type(option, part?.source ?? '', deeper)}`;
      })
      .join(' /\n')
      .replace(/^/, '\n');
  }
}

const actionsOf = (schema: Schema): readonly Action[] =>
  (schema.pipe ?? []).flatMap(one =>
    'pipe' in one && one !== (schema as unknown) ? actionsOf(one as never) : [one],
  );

/** What the schema asks for beyond what CDDL can say. */
const checksOf = (schema: Schema): string[] =>
  actionsOf(schema)
    .filter(({ type, message }) => type === 'check' && !unsaid.has(message))
    .map(({ message }) => `Refused, beyond CDDL: ${String(message)}.`);

const required = (actions: readonly Action[], type: string): number | undefined =>
  actions.find(action => action.type === type)?.requirement as number | undefined;

function range(actions: readonly Action[]): string {
  const [min, max] = [required(actions, 'min_value'), required(actions, 'max_value')];
  if (min === undefined || max === undefined) throw new Error('A number without a range.');
  return `${min}..${max}`;
}

function text(actions: readonly Action[]): string {
  const pattern = actions.find(({ type }) => type === 'regex')?.requirement as RegExp | undefined;
  if (!pattern)
    throw new Error('A text without a pattern: use `text`, `line` or `word` of agent/protocol/schema.ts.');
  for (const { type, kind } of actions)
    if (kind === 'validation' && type !== 'regex' && type !== 'check')
      throw new Error(`CDDL of a text with ${type}: teach test/contract/cddl.ts.`);
  return `text .regexp ${cddlPattern(pattern)}`;
}

function occurrence(actions: readonly Action[]): string {
  const exact = required(actions, 'length');
  const min = exact ?? required(actions, 'min_length') ?? required(actions, 'non_empty');
  const max = exact ?? required(actions, 'max_length');
  const nonEmpty = actions.some(({ type }) => type === 'non_empty');
  return `${min ?? (nonEmpty ? 1 : '')}*${max ?? ''}`;
}

const alone = (type: string): boolean =>
  /^[\w-]+$/.test(type) || (/^[{[]/.test(type) && !/[}\]] \//.test(type));
const grouped = (type: string): string => (alone(type) ? type : `(${type})`);

/** Comment lines of at most `width`. */
function comment(about: string, indent: string): string[] {
  const lines: string[] = [];
  let line = `${indent};`;
  for (const word of about.split(' ')) {
    if (line.length + word.length >= width) {
      lines.push(line);
      line = `${indent};`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

const envelope = (message: Message, body: string): string =>
  message.form === 'plain' ? body : `${message.form.replaceAll(' ', '-')}<${body}>`;

const byKey = {
  signed: 'Signed by',
  'signed by several': 'Signed by',
  sealed: 'Sealed to',
  plain: 'Vouched for by',
} as const;

export function render(): string {
  const writer = new Writer();
  const heads = messages.map(message => {
    const body = writer.type(message.body as unknown as Schema, '', '');
    const external = message.external ? ` External data: "${message.external}".` : '';
    const about = `The message \`${message.name}\`. ${byKey[message.form]}: ${message.key}.${external}`;
    return [...comment(about, ''), `${ruleOf(message)} = ${envelope(message, body)}`, ''].join('\n');
  });
  const rules: string[] = [];
  for (let next = writer.needed.shift(); next; next = writer.needed.shift()) {
    const { name, schema, about, source } = next;
    const said = [about, ...checksOf(schema)].filter(Boolean).flatMap(one => comment(one!, ''));
    if (name !== 'cose-key')
      rules.push([...said, `${name} = ${writer.inside(schema, source, '')}`, ''].join('\n'));
  }
  return [preamble, ...heads, '; ---- Bodies and their parts', '', ...rules]
    .join('\n')
    .replaceAll('= \n', '=\n');
}
