// For any input a reader returns a body or throws a ProtocolError. It throws nothing else, and never hangs.
import * as fc from 'fast-check';
import { test } from 'uvu';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { runs } from '../../runs.ts';
import { type Reader, readers } from './readers.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);

function readsOrRefuses(reader: Reader, message: Buffer): void {
  try {
    reader.read(message);
  } catch (error) {
    if (!isProtocolError(error)) throw error;
  }
}

const anyReader = fc.constantFrom(...readers);
const anyBytes = fc.uint8Array({ maxLength: 200 }).map(array => Buffer.from(array));
const leaf = fc.oneof(fc.maxSafeInteger(), fc.string(), anyBytes, fc.boolean(), fc.constant(null));
const anyBody = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 5 }),
  fc.dictionary(fc.string({ maxLength: 8 }), leaf, { maxKeys: 8 }),
);

test('random bytes', () => {
  fc.assert(fc.property(anyReader, anyBytes, readsOrRefuses), { seed, numRuns: runs(1500) });
});

test('random bodies in the right envelope', () => {
  fc.assert(
    fc.property(anyReader, anyBody, (reader, body) => readsOrRefuses(reader, reader.write(body))),
    { seed, numRuns: runs(600) },
  );
});

test('messages with a few bytes changed', () => {
  const messages = new Map(readers.map(reader => [reader, reader.write(reader.body)]));
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(anyReader, changes, (reader, places) => {
      const message = Buffer.from(messages.get(reader)!);
      for (const [at, byte] of places) message.writeUInt8(byte, at % message.length);
      readsOrRefuses(reader, message);
    }),
    { seed, numRuns: runs(1500) },
  );
});

test.run();
