// Random values come back as they went in; random bytes are refused in one way only.
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, type Value } from '../../../agent/protocol/cbor.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { runs } from '../../runs.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);

const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, 2 ** 32, -24, -25, -257),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor'),
);
const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));
const leaf = fc.oneof(integer, text, bytes, fc.boolean(), fc.constant(null));

const { value } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(text, tie('value'), { maxKeys: 30, noNullPrototype: true }),
    fc
      .uniqueArray(fc.tuple(integer, tie('value')), { selector: ([key]) => key, minLength: 1 })
      .map(entries => new Map(entries)),
  ),
}));

test('decode returns what was encoded, and encoding that again gives the same bytes', () => {
  fc.assert(
    fc.property(value, original => {
      const encoded = encode(original);
      const decoded = decode(encoded);
      assert.ok(isDeepStrictEqual(decoded, original)); // uvu's equal compares a field named constructor as a class
      assert.ok(encode(decoded as Value).equals(encoded));
    }),
    { seed, numRuns: runs(200) },
  );
});

/** Decodes; for bytes that pass, encoding must bring them back. Any error but ProtocolError goes through. */
function decodesOrRefuses(input: Uint8Array): boolean {
  try {
    assert.ok(encode(decode(input) as Value).equals(input));
    return true;
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return false;
  }
}

test('random bytes are decoded to what encodes to them, or refused with a ProtocolError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), input => void decodesOrRefuses(input)),
    { seed, numRuns: runs(4_000) },
  );
});

test('an encoding with one byte changed is decoded to what encodes to it, or refused with a ProtocolError', () => {
  let decoded = 0;
  fc.assert(
    fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (original, place, change) => {
      const input = encode(original);
      const at = place % input.length;
      input.writeUInt8(input.readUInt8(at) ^ change, at);
      if (decodesOrRefuses(input)) decoded++;
    }),
    { seed, numRuns: runs(600) },
  );
  assert.ok(decoded > 60, `only ${decoded} mutants reached the comparison`);
});

test.run();
