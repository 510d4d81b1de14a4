// The parts of every message schema. Objects are strict: an unknown field is refused.
import * as v from 'valibot';
import { ProtocolError } from './error.ts';

/** What is inside a byte string: CBOR, or a COSE_Sign1 over CBOR. Its own reader checks it; the CDDL shows it. */
export type Content = { cbor: v.GenericSchema } | { signed: v.GenericSchema };
/** A byte string, as the CDDL needs it (test/contract): least and greatest length. */
export type BytesFacts = { min: number; max: number; content?: Content };

/** Bytes of exactly `length`, or of 1 to `max`. `decode` returns Buffers. */
export const bytes = (length: number) =>
  v.pipe(
    v.custom<Buffer>(b => b instanceof Uint8Array && b.byteLength === length, `expected ${length} bytes`),
    v.metadata({ min: length, max: length } satisfies BytesFacts),
  );
export const someBytes = (max: number, content?: Content) =>
  v.pipe(
    v.custom<Buffer>(
      b => b instanceof Uint8Array && b.byteLength > 0 && b.byteLength <= max,
      `expected 1 to ${max} bytes`,
    ),
    v.metadata({ min: 1, max, ...(content && { content }) } satisfies BytesFacts),
  );
export const count = (min: number, max: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
export const word = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
/** Half of a surrogate pair would be encoded as another character. CBOR text that is UTF-8 has none. */
const wellFormed = () => v.check<string, string>(value => value.isWellFormed(), 'expected well-formed text');
/** Well-formed text of at most `max` characters (Unicode code points: other languages have no UTF-16 units). */
export const text = (max: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^[\\s\\S]{0,${max}}$`, 'u')), wellFormed());

/** Text that is printed on one line: 1 to `max` characters, none of them a control character or line separator. */
export const line = (max: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^[^\\p{Cc}\\p{Zl}\\p{Zp}]{1,${max}}$`, 'u')), wellFormed());

/** Which field of a refused message is wrong, such as `question.sealed`; for a log. */
export const fieldPath = word(/^[!-~]{1,100}$/);

/** A broker's address: `mqtts://`, a host (name, IPv4, or IPv6 in brackets), and a port where it is not 8883. Nothing else. */
export const brokerAddress = v.pipe(
  word(/^mqtts:\/\/([a-zA-Z0-9.-]{1,180}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?\/?$/),
  v.check(address => URL.canParse(address), 'expected a host and a port'),
);

/** A transaction's id: 128 random bits. The agent makes it, and never uses it twice. */
export const transactionId = bytes(16);
/** A terminal's id, given at enrolment. */
export const terminalId = word(/^[a-z0-9][a-z0-9-]{1,62}$/);
/** 全国地方公共団体コード with its check digit (総務省), e.g. 132047 for 三鷹市. */
export const municipalityCode = v.pipe(
  word(/^\d{6}$/),
  v.check(code => checkDigit(code.slice(0, 5)) === code[5], 'expected another check digit'),
);

/** 11 less the remainder by 11 of the sum of five digits, weighted 6, 5, 4, 3, 2; its last digit (総務省, 検査数字). */
function checkDigit(digits: string): string {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (6 - at), 0);
  return String((11 - (sum % 11)) % 10);
}

/** Every object of JavaScript has fields of these names: where one is looked up, something is found that nobody put there. */
const namesOfEveryObject: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
]);
const keyWord = (pattern: RegExp) =>
  v.pipe(
    word(pattern),
    v.check(value => !namesOfEveryObject.has(value), 'expected no name that every object has'),
  );
/** A kind of certificate, an option of it, or one of its values, as the catalogue names it. */
export const catalogueWord = keyWord(/^[a-z][a-zA-Z0-9]{0,31}$/);
/** A state of a transaction, e.g. `pay`. */
export const stateName = keyWord(/^[a-z][a-zA-Z]{0,19}$/);
/** A refusal's code, e.g. `issuing/moved`. */
export const refusalCode = word(/^[a-z][a-zA-Z]*\/[a-zA-Z]{1,40}$/);
/** SHA-256. */
export const digest = bytes(32);
/** 256 random bits. */
export const nonce = bytes(32);
/** 16-byte pseudonym of a resident, for one transaction only. */
export const pseudonym = bytes(16);

/**
 * `v.variant`, where the field `key` of each option is a literal text that no other option has. That one option is found by
 * this text; `v.variant` tries one option after the other, which takes 20 us in the middle of thirty options (Node 24).
 */
export function variantBy<
  const K extends string,
  const O extends v.StrictObjectSchema<
    v.ObjectEntries & Record<K, v.LiteralSchema<string, undefined>>,
    undefined
  >,
>(key: K, options: O[]) {
  const every = v.variant(key, options);
  const byText = new Map<unknown, O>(options.map(option => [option.entries[key].literal, option]));
  return v.lazy(input => byText.get((input as Record<K, unknown> | null | undefined)?.[key]) ?? every);
}

/** `v.record` leaves out what a map has under these keys, and says nothing. */
const leftOut = ['__proto__', 'prototype', 'constructor'];

/** A map whose keys are data: `v.record`, but a key that it would leave out is refused. */
export function table<
  const K extends v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  const S extends v.GenericSchema,
>(key: K, value: S): v.RecordSchema<K, S, undefined> {
  const record = v.record(key, value);
  const run = record['~run'].bind(record);
  return Object.assign(record, {
    '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      const input = dataset.value;
      // `v.record` takes every object, and finds no keys in a Map or in bytes
      if (typeof input === 'object' && input !== null && Object.getPrototypeOf(input) !== Object.prototype)
        return { typed: false, value: input, issues: v.never()['~run']({ value: input }, config).issues! };
      const wrong = leftOut.find(name => typeof input === 'object' && input && Object.hasOwn(input, name));
      if (wrong === undefined) return run(dataset, config);
      const [issue] = v.never()['~run']({ value: wrong }, config).issues!;
      const at = { type: 'object', origin: 'key', input, key: wrong, value: wrong } as v.IssuePathItem;
      return { typed: false, value: input, issues: [{ ...issue, path: [at] }] };
    },
  } as Pick<typeof record, '~run'>);
}

/** `value` as the schema's type. Errors: protocol/schema, with the path of the wrong field, never with its value. */
export function parse<const S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]) ?? '(message)';
  throw new ProtocolError('protocol/schema', `The field ${path} is not what the contract allows.`, { path });
}
