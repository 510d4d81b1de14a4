import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isDoorError } from '../../../drivers/door/error.ts';
import { type DoorMessage, decodeMessage, encodeMessage } from '../../../drivers/door/message.ts';
import { codeOf } from '../../refusal.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const bodyOf = (message: DoorMessage): Buffer => encodeMessage(message).subarray(4);
const error = {
  code: 'card/wrongPin',
  completion: 'userError',
  message: 'm',
  hint: 'h',
  detail: { triesLeft: 2 },
};

const messages: DoorMessage[] = [
  { is: 'hello', door: 'madoguchi', version: 1, role: 'agent', software: 'x' },
  {
    is: 'command',
    id: 1,
    name: 'open',
    params: { transaction: 'a', 名: Buffer.from([1, 2]) },
    timeoutMs: 1000.5,
  },
  { is: 'acknowledge', id: 1 },
  { is: 'failure', id: 3, error: error as never },
  { is: 'event', name: 'cardInserted', payload: {} },
  { is: 'completion', id: 1, ok: { pages: 2, list: [true, false, null, -5, 'ü'] } },
  { is: 'cancel', id: 7 },
];

test('every kind of message is decoded as it was encoded', () => {
  for (const message of messages) assert.equal(decodeMessage(bodyOf(message)), message);
});

test('bytes in a message are copies: zeroing them does not change the frame', () => {
  const body = bodyOf({ is: 'completion', id: 1, ok: { certificate: Buffer.from([7, 7]) } });
  const before = Buffer.from(body);
  const { ok } = decodeMessage(body) as { ok: { certificate: Buffer } };
  ok.certificate.fill(0);
  assert.equal(body, before);
});

const hostile: Record<string, string> = {
  'an array that claims 2^31 items': '9a80000000',
  'a map that claims 2^31 entries': 'ba80000000',
  'a string longer than the frame': '7a7fffffff',
  'a 64-bit length': '9b0000000000000001f6',
  'an endless array': '9f01ff',
  'a tag (a date)': 'c11a514b67b0',
  'a shared structure of cbor-x': 'd9dfff8361610102',
  'arrays in arrays in arrays': '81'.repeat(5000),
  'nothing known': 'a16269736161',
  'two values': 'f6f6',
};
for (const [what, hex] of Object.entries(hostile))
  test(`${what} is refused as a frame`, async () => {
    assert.is(await codeOf(() => decodeMessage(Buffer.from(hex, 'hex'))), 'door/frame');
  });

test(`any bytes give a message or door/frame (SEED=${seed})`, () => {
  const whole = messages.map(bodyOf);
  const mutated = fc
    .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }))
    .map(([body, edits]) => {
      const copy = Buffer.from(body);
      for (const [at, byte] of edits) copy[at % copy.length] = byte;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), bytes => {
      try {
        decodeMessage(Buffer.from(bytes));
      } catch (caught) {
        if (!isDoorError(caught)) throw caught;
      }
    }),
    { seed, numRuns: 3000 },
  );
});

test.run();
