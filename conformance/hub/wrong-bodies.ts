// Bodies with one thing wrong: a field that is missing, of another type, or not named; and encodings that are not the deterministic one.

import { sign } from 'node:crypto';
import { encode, Tag, type Value } from '../../agent/protocol/cbor.ts';
import type { KeyPair } from '../../agent/protocol/cose-key.ts';

type Body = { readonly [key: string]: Value };

/** Each with what is wrong, such as `without question.ask`. No field of `body` may be optional. */
export function* wrongBodies(body: Body, path = ''): Generator<[what: string, body: Body]> {
  yield [`with a field ${path}unnamed`, { ...body, unnamed: 1 }];
  for (const [name, value] of Object.entries(body)) {
    const { [name]: _, ...rest } = body;
    yield [`without ${path}${name}`, rest];
    yield [`with ${path}${name} of another type`, { ...body, [name]: otherThan(value) }];
    yield [`with ${path}${name} null`, { ...body, [name]: null }];
    if (isMap(value))
      for (const [what, inner] of wrongBodies(value, `${path}${name}.`))
        yield [what, { ...body, [name]: inner }];
  }
}

const isMap = (value: Value): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

function otherThan(value: Value): Value {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? Buffer.from(value) : 7;
}

/** Encodings of a body that are not the deterministic one, each with what is wrong. All say the same as `body`. */
export function wrongEncodings(body: Body): [what: string, bytes: Buffer][] {
  const entries = Object.entries(body).map(([name, value]) => [encode(name), encode(value)] as const);
  const sorted = entries.toSorted(([a], [b]) => Buffer.compare(a, b));
  const [first] = sorted;
  const joined = (list: readonly (readonly Buffer[])[]) => Buffer.concat(list.flat());
  const head = Buffer.of(0xa0 + entries.length);
  return [
    ['with keys out of order', Buffer.concat([head, joined(sorted.toReversed())])],
    ['with a map of indefinite length', Buffer.concat([Buffer.of(0xbf), joined(sorted), Buffer.of(0xff)])],
    [
      'with a map head that is longer than it need be',
      Buffer.concat([Buffer.of(0xb8, entries.length), joined(sorted)]),
    ],
    ['with a key twice', Buffer.concat([Buffer.of(0xa1 + entries.length), joined([first!, ...sorted])])],
    ['with a byte after its end', Buffer.concat([encode(body), Buffer.of(0)])],
  ];
}

const headerOf = (key: KeyPair): Buffer =>
  encode(
    new Map<number, Value>([
      [1, -7],
      [4, key.thumbprint],
    ]),
  );

/** A COSE_Sign1 over any bytes, which need not be CBOR of the contract. */
export function signBytes(payload: Buffer, key: KeyPair, external: string): Buffer {
  const header = headerOf(key);
  const signed = encode(['Signature1', header, Buffer.from(external), payload]);
  const signature = sign('sha256', signed, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return encode(new Tag([header, {}, payload, signature], 18));
}
