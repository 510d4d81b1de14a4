import { generateKeyPairSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, Tag, type Value } from '../../../agent/protocol/cbor.ts';
import { decrypt, encrypt } from '../../../agent/protocol/cose-encrypt.ts';
import { fromCoseKey, newKeyPair, thumbprint, toCoseKey } from '../../../agent/protocol/cose-key.ts';
import { sign1, verify1 } from '../../../agent/protocol/cose-sign1.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { refuses } from '../../refusal.ts';

const alice = newKeyPair();
const mallory = newKeyPair();
const place = 'madoguchi/1 topic here';
const signed = sign1({ fee: 200 }, alice, place);
const secret = Buffer.from('the resident lives here');
const sealed = encrypt(secret, alice.coseKey, place);

/** The message with one part of its array replaced. */
function replaced(message: Buffer, at: number, part: Value): Buffer {
  const { value, tag } = decode(message) as Tag;
  return encode(new Tag((value as Value[]).with(at, part), tag));
}

/** One message for each bit, with that bit flipped. */
function* flips(message: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < message.length * 8; bit++) {
    const copy = Buffer.from(message);
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    yield copy;
  }
}

test('what was signed is read by the same key in the same place', () => {
  assert.equal(verify1(signed, alice.coseKey, place), { fee: 200 });
});

test('a signature by another key, or for another place, is refused', () => {
  assert.throws(() => verify1(signed, mallory.coseKey, place), refuses('protocol/signature'));
  assert.throws(
    () => verify1(signed, alice.coseKey, 'madoguchi/1 topic there'),
    refuses('protocol/signature'),
  );
});

test('a message that claims one key and is signed by another is refused', () => {
  const forged = sign1({ fee: 0 }, { ...mallory, thumbprint: alice.thumbprint }, place);
  assert.throws(() => verify1(forged, alice.coseKey, place), refuses('protocol/signature'));
});

test('no bit of a signed message can be flipped', () => {
  for (const altered of flips(signed))
    assert.throws(() => verify1(altered, alice.coseKey, place), isProtocolError);
});

test('a signed message of another form is refused', () => {
  const header = (entries: [number, Value][]) => encode(new Map(entries));
  const forms: Buffer[] = [
    encode({ fee: 200 }),
    encode(new Tag([], 18)),
    encode(new Tag((decode(signed) as Tag).value, 96)),
    encode((decode(signed) as Tag).value as Value),
    replaced(signed, 0, header([[1, -7]])),
    replaced(signed, 0, header([[4, alice.thumbprint]])),
    replaced(
      signed,
      0,
      header([
        [1, -8],
        [4, alice.thumbprint],
      ]),
    ),
    replaced(
      signed,
      0,
      header([
        [1, -7],
        [4, alice.thumbprint],
        [3, 0],
      ]),
    ),
    replaced(signed, 1, new Map([[4, alice.thumbprint]])),
    replaced(signed, 1, []),
    replaced(signed, 2, null),
  ];
  for (const form of forms)
    assert.throws(() => verify1(form, alice.coseKey, place), refuses('protocol/cose'));
});

test('a signature of another length is refused', () => {
  for (const length of [0, 63, 65, 72])
    assert.throws(
      () => verify1(replaced(signed, 3, Buffer.alloc(length)), alice.coseKey, place),
      refuses('protocol/signature'),
    );
});

test('what was sealed is opened by the key that it was sealed to, in the same place', () => {
  assert.equal(decrypt(sealed, alice, place), secret);
  assert.not.ok(sealed.includes(secret));
});

test('each sealing has a key of its own', () => {
  assert.not.equal(encrypt(secret, alice.coseKey, place), encrypt(secret, alice.coseKey, place));
});

test('another key opens nothing, even under the right name', () => {
  assert.throws(() => decrypt(sealed, mallory, place), refuses('protocol/decrypt'));
  const masked = { ...mallory, thumbprint: alice.thumbprint };
  assert.throws(() => decrypt(sealed, masked, place), refuses('protocol/decrypt'));
});

test('another place opens nothing', () => {
  assert.throws(() => decrypt(sealed, alice, `${place}!`), refuses('protocol/decrypt'));
});

test('no bit of a sealed message can be flipped', () => {
  for (const altered of flips(sealed)) assert.throws(() => decrypt(altered, alice, place), isProtocolError);
});

test('a sealed message of another form is refused', () => {
  const [header, open, ciphertext, recipients] = (decode(sealed) as Tag).value as [
    Buffer,
    Value,
    Buffer,
    Value[][],
  ];
  const forms: Buffer[] = [
    signed,
    encode(new Tag([header, open, ciphertext], 96)),
    replaced(sealed, 0, encode(new Map([[1, 1]]))),
    replaced(sealed, 1, new Map([[5, Buffer.alloc(11)]])),
    replaced(
      sealed,
      1,
      new Map<number, Value>([
        [5, Buffer.alloc(12)],
        [6, 0],
      ]),
    ),
    replaced(sealed, 2, ciphertext.subarray(0, 15)),
    replaced(sealed, 3, []),
    replaced(sealed, 3, [...recipients, ...recipients]),
    replaced(sealed, 3, [recipients[0]!.with(2, Buffer.from([0]))]),
  ];
  for (const form of forms) assert.throws(() => decrypt(form, alice, place), refuses('protocol/cose'));
});

test('an ephemeral key that is not on the curve is refused', () => {
  const { value } = decode(sealed) as Tag;
  const [recipientHeader, open] = (
    value as [Buffer, Value, Buffer, [[Buffer, Map<number, Value>, Buffer]]]
  )[3][0];
  const off = new Map<number, Value>([...alice.coseKey, [-3, Buffer.alloc(32, 1)]]);
  const form = replaced(sealed, 3, [[recipientHeader, new Map([...open, [-1, off]]), Buffer.alloc(0)]]);
  assert.throws(() => decrypt(form, alice, place), refuses('protocol/key'));
});

test('only P-256 public keys in their one form are keys', () => {
  const key = alice.coseKey;
  const wrong: unknown[] = [
    undefined,
    {},
    new Map(),
    new Map([...key, [2, Buffer.from('name')]]),
    new Map([...key, [1, 1]]),
    new Map([...key, [-1, 2]]),
    new Map([...key, [-2, Buffer.alloc(31)]]),
    new Map<number, unknown>([...key, [-3, true]]),
    new Map([...key, [-3, Buffer.alloc(32)]]),
  ];
  for (const one of wrong) assert.throws(() => fromCoseKey(one), refuses('protocol/key'));
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  assert.throws(() => toCoseKey(p384), refuses('protocol/key'));
  assert.equal(toCoseKey(fromCoseKey(key)), key);
  assert.equal(thumbprint(key), alice.thumbprint);
});

test.run();
