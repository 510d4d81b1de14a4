// The bad vectors: each breaks one rule. What is signed is signed rightly, unless the signature is the rule.
import { sign } from 'node:crypto';
import { decode, encode, Tag, type Value } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { encrypt } from '../../../agent/protocol/cose-encrypt.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { rootThumbprint, signRoot } from '../../../agent/protocol/root.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { wrongFields } from './bad-fields.ts';
import * as body from './bodies.ts';
import { fixed, type KeyName, keys } from './keys.ts';
import { bytesOf, type Expected, type Store, type Vector } from './store.ts';

const { terminal, transaction } = body;
const topics = topicsOf(terminal);

/** A COSE_Sign1 over any payload bytes and with any protected header. */
function signedBytes(
  payload: Buffer,
  key: KeyName,
  external: string,
  header: Value = rightHeader(key),
): Buffer {
  const protectedHeader = encode(header);
  const signed = encode(['Signature1', protectedHeader, Buffer.from(external), payload]);
  const signature = sign('sha256', signed, { key: keys[key].privateKey, dsaEncoding: 'ieee-p1363' });
  return encode(new Tag([protectedHeader, {}, payload, signature], 18));
}
const rightHeader = (key: KeyName): Map<number, Value> =>
  new Map<number, Value>([
    [1, -7],
    [4, keys[key].thumbprint],
  ]);

const onPresence = contextOf.topic(topics.presence);
const presence = encode(body.presence(true));
const spliced = (from: Buffer, at: number, ...parts: (Buffer | number[])[]): Buffer =>
  Buffer.concat([from.subarray(0, at), ...parts.map(part => Buffer.from(part))]);

/** Bytes that are not the deterministic CBOR of the contract, in place of an enrolment's refusal; right: a1 67 refused 72 … */
function* wrongBytes(): Generator<[name: string, what: string, bytes: Buffer]> {
  const right = encode({ refused: 'enrolment/usedCode' });
  const [key, value] = [encode('refused'), encode('enrolment/usedCode')];
  yield ['trailing', 'A byte after the end.', Buffer.concat([right, Buffer.of(0)])];
  yield ['cut', 'The last byte is missing.', right.subarray(0, -1)];
  yield ['empty', 'No byte at all.', Buffer.alloc(0)];
  yield [
    'indefinite',
    'A map of indefinite length.',
    Buffer.concat([Buffer.of(0xbf), key, value, Buffer.of(0xff)]),
  ];
  yield [
    'long-head',
    "The map's length in two bytes, where one is enough.",
    Buffer.concat([Buffer.of(0xb8, 1), key, value]),
  ];
  yield ['key-twice', 'The key twice.', Buffer.concat([Buffer.of(0xa2), key, value, key, value])];
  yield [
    'unordered',
    'Two keys in the wrong order.',
    Buffer.concat([Buffer.of(0xa2), key, value, encode('a'), value]),
  ];
  yield ['float', 'A float.', Buffer.concat([Buffer.of(0xa1), key, Buffer.of(0xf9, 0x3c, 0)])];
  yield ['undefined', 'The simple value undefined.', Buffer.concat([Buffer.of(0xa1), key, Buffer.of(0xf7)])];
  yield [
    'tag',
    'A tag that is none of COSE: 1, a time.',
    Buffer.concat([Buffer.of(0xa1), key, Buffer.of(0xc1, 0)]),
  ];
  yield ['utf-8', 'A text that is not UTF-8.', Buffer.concat([Buffer.of(0xa1), key, Buffer.of(0x61, 0xff)])];
  yield [
    'integer',
    'The integer 2^53.',
    Buffer.concat([Buffer.of(0xa1), key, Buffer.from('1b0020000000000000', 'hex')]),
  ];
  yield [
    'deep',
    'Arrays in arrays, 17 levels below the first.',
    Buffer.concat([Buffer.alloc(17, 0x81), Buffer.of(0)]),
  ];
  yield ['claims-much', 'An array that claims 2^32 - 1 items.', Buffer.from('9affffffff', 'hex')];
}

/** COSE forms that are not ours, in place of a presence and of an authentication. */
function wrongForms(): [name: string, what: string, bytes: Buffer, kind: 'presence' | 'authentication'][] {
  const good = decode(bytesOf({ file: 'others/presence-birth.cbor' })) as Tag & { value: Value[] };
  const sealed = decode(bytesOf({ file: 'transaction/03-authentication.cbor' })) as Tag & { value: Value[] };
  const tagged = (value: Value, tag = 18) => encode(new Tag(value, tag));
  const [[recipient]] = [sealed.value[3] as Value[][]];
  const es384 = new Map<number, Value>([
    [1, -35],
    [4, keys.agent.thumbprint],
  ]);
  const typed = new Map<number, Value>([...rightHeader('agent'), [16, 'application/cbor']]);
  return [
    ['no-tag', 'A COSE_Sign1 without its tag.', encode(good.value), 'presence'],
    ['wrong-tag', 'Tag 96 on a COSE_Sign1.', tagged(good.value, 96), 'presence'],
    ['three-items', 'The signature is left out.', tagged(good.value.slice(0, 3)), 'presence'],
    [
      'open-header',
      'A header that is not protected.',
      tagged(good.value.with(1, new Map([[4, fixed('kid', 32)]]))),
      'presence',
    ],
    ['es384', 'The header says ES384.', signedBytes(presence, 'agent', onPresence, es384), 'presence'],
    [
      'header-more',
      'A protected header more: a type.',
      signedBytes(presence, 'agent', onPresence, typed),
      'presence',
    ],
    ['no-kid', 'No key id.', signedBytes(presence, 'agent', onPresence, new Map([[1, -7]])), 'presence'],
    ['detached', 'The payload is null.', tagged(good.value.with(2, null)), 'presence'],
    [
      'two-recipients',
      'Sealed to two.',
      tagged(sealed.value.with(3, [recipient!, recipient!]), 96),
      'authentication',
    ],
    ['no-recipient', 'Sealed to nobody.', tagged(sealed.value.with(3, []), 96), 'authentication'],
    [
      'a128gcm',
      'The header says A128GCM.',
      tagged(sealed.value.with(0, encode(new Map([[1, 1]]))), 96),
      'authentication',
    ],
    [
      'short-iv',
      'An initial vector of 11 bytes.',
      tagged(sealed.value.with(1, new Map([[5, Buffer.alloc(11)]])), 96),
      'authentication',
    ],
    [
      'no-ciphertext',
      'A ciphertext shorter than its tag.',
      tagged(sealed.value.with(2, Buffer.alloc(15)), 96),
      'authentication',
    ],
  ];
}

export async function keepBad(store: Store): Promise<void> {
  const keep = (
    name: string,
    what: string,
    facts: Pick<Vector, 'kind' | 'key' | 'topic' | 'root' | 'thumbprint'>,
    expected: Expected,
    make: () => Buffer,
  ) =>
    store.keep(
      { name: `bad/${name}`, what, ...facts, terminal, transaction: transaction.toString('hex'), expected },
      make,
    );

  for (const [name, what, bytes] of wrongBytes())
    await keep(`cbor-${name}`, what, { kind: 'enrolment refusal' }, { code: 'protocol/cbor' }, () => bytes);
  await keep(
    'cbor-inside',
    'Signed rightly, over a payload that is not deterministic.',
    { kind: 'presence', key: 'agent', topic: topics.presence },
    { code: 'protocol/cbor' },
    () =>
      signedBytes(
        spliced(Buffer.of(), 0, [0xb8, presence[0]! & 31], presence.subarray(1)),
        'agent',
        onPresence,
      ),
  );
  for (const [name, what, bytes, kind] of wrongForms()) {
    const facts =
      kind === 'presence'
        ? { kind, key: 'agent', topic: topics.presence }
        : { kind, key: 'cardAuthenticationSeal' };
    await keep(`cose-${name}`, what, facts, { code: 'protocol/cose' }, () => bytes);
  }
  await keepWrongPlaces(keep);
  for (const { name, what, path, kind, body: wrong, key, external, topic } of wrongFields())
    await keep(
      `schema-${name}`,
      what,
      { kind, key, ...(topic && { topic }) },
      { code: 'protocol/schema', path },
      () => sign1(wrong, keys[key], external),
    );
}

type Keep = (
  name: string,
  what: string,
  facts: Pick<Vector, 'kind' | 'key' | 'topic' | 'root' | 'thumbprint'>,
  expected: Expected,
  make: () => Buffer,
) => Promise<Buffer>;

/** Signed or sealed by or for another, or altered. */
async function keepWrongPlaces(keep: Keep): Promise<void> {
  const presents = { kind: 'presence', key: 'agent', topic: topics.presence };
  const signature = { code: 'protocol/signature' };
  await keep('signature-key', 'Signed by another key, which it names.', presents, signature, () =>
    sign1(body.presence(true), keys.other, onPresence),
  );
  await keep(
    'signature-claimed',
    "Signed by another key, under the agent's key id.",
    presents,
    signature,
    () => signedBytes(presence, 'other', onPresence, rightHeader('agent')),
  );
  await keep('signature-topic', "Signed for another terminal's topic.", presents, signature, () =>
    sign1(body.presence(true), keys.agent, contextOf.topic(topicsOf('shop-0043').presence)),
  );
  await keep(
    'signature-kind',
    'A manifest of this transaction, signed as a subject token is.',
    { kind: 'manifest', key: 'cardAuthentication' },
    signature,
    () => sign1(body.presence(true), keys.cardAuthentication, contextOf.subject(transaction)),
  );
  await keep(
    'signature-transaction',
    'A subject token of another transaction.',
    { kind: 'subject', key: 'cardAuthentication' },
    signature,
    () =>
      sign1({ transaction }, keys.cardAuthentication, contextOf.subject(fixed('another transaction', 16))),
  );
  await keep('signature-payload', 'One bit of the payload is turned.', presents, signature, () => {
    const { value } = decode(bytesOf({ file: 'others/presence-birth.cbor' })) as Tag & { value: Value[] };
    const payload = Buffer.from(value[2] as Buffer);
    payload[payload.length - 1]! ^= 1;
    return encode(new Tag(value.with(2, payload), 18));
  });
  await keep('signature-short', 'A signature of 63 bytes.', presents, signature, () => {
    const { value } = decode(bytesOf({ file: 'others/presence-birth.cbor' })) as Tag & { value: Value[] };
    return encode(new Tag(value.with(3, (value[3] as Buffer).subarray(1)), 18));
  });
  await keepUnvouched(keep);

  const sealed = { kind: 'authentication', key: 'cardAuthenticationSeal' };
  const to = keys.cardAuthenticationSeal.coseKey;
  const decrypt = { code: 'protocol/decrypt' };
  const external = contextOf.authentication(transaction);
  const clear = encode({
    statement: fixed('statement', 100),
    algorithm: -257,
    signature: fixed('signature', 256),
  });
  await keep('decrypt-key', 'Sealed to another key.', sealed, decrypt, () =>
    encrypt(clear, keys.other.coseKey, external),
  );
  await keep('decrypt-transaction', 'Sealed for another transaction.', sealed, decrypt, () =>
    encrypt(clear, to, contextOf.authentication(fixed('another transaction', 16))),
  );
  await keep('decrypt-kind', 'Sealed as an order.', sealed, decrypt, () =>
    encrypt(clear, to, contextOf.order(transaction)),
  );
  await keep('decrypt-ciphertext', 'One bit of the ciphertext is turned.', sealed, decrypt, () => {
    const { value } = decode(bytesOf({ file: 'transaction/03-authentication.cbor' })) as Tag & {
      value: Value[];
    };
    const ciphertext = Buffer.from(value[2] as Buffer);
    ciphertext[0]! ^= 1;
    return encode(new Tag(value.with(2, ciphertext), 96));
  });
  await keep(
    'key-off-curve',
    "The sender's ephemeral key is no point on P-256.",
    sealed,
    { code: 'protocol/key' },
    () => {
      const { value } = decode(bytesOf({ file: 'transaction/03-authentication.cbor' })) as Tag & {
        value: Value[];
      };
      const [[algorithm, open, none]] = value[3] as [[Value, Map<number, Value>, Value]];
      const key = new Map(open.get(-1) as Map<number, Value>).set(-3, Buffer.alloc(32, 1));
      return encode(new Tag(value.with(3, [[algorithm, new Map(open).set(-1, key), none]]), 96));
    },
  );
  await keep(
    'schema-sealed',
    'Sealed rightly, with a field left out.',
    sealed,
    { code: 'protocol/schema', path: 'certificate' },
    () => encrypt(clear, to, external),
  );
}

/** Key sets and root documents that too few keys signed, or somebody else. */
async function keepUnvouched(keep: Keep): Promise<void> {
  const set = { kind: 'key set', root: 'others/root.cbor' };
  const document = { kind: 'root', thumbprint: rootThumbprint(body.root).toString('hex') };
  const threshold = { code: 'protocol/threshold' };
  await keep('threshold-key-set', 'One key signed, and two must.', set, threshold, () =>
    signKeySet(body.keySet, [keys.root]),
  );
  await keep('threshold-root', 'A root document that one of its keys signed.', document, threshold, () =>
    signRoot(body.root, [keys.root2]),
  );
  await keep(
    'signature-key-set-stranger',
    'Signed by two keys of the root document, and by another key.',
    set,
    { code: 'protocol/signature' },
    () => signKeySet(body.keySet, [keys.root, keys.root2, keys.other]),
  );
  await keep('signature-key-set-twice', 'Signed by one key twice.', set, { code: 'protocol/signature' }, () =>
    signKeySet(body.keySet, [keys.root, keys.root]),
  );
  await keep('cose-key-set', 'A key set as COSE_Sign1.', set, { code: 'protocol/cose' }, () =>
    sign1(body.keySet as unknown as Value, keys.root, contextOf.keySet),
  );
  const unserved = { ...body.keySet, keys: { ...body.keySet.keys, issuingSeal: {} } };
  await keep(
    'schema-key-set',
    'A municipality that can sign, and that nothing can be sealed to.',
    set,
    { code: 'protocol/schema', path: 'keys' },
    () => signKeySet(unserved, [keys.root, keys.root2]),
  );
}
