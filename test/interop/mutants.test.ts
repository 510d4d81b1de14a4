// The second reader must refuse what is wrong.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../agent/protocol/cbor.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import { agent, presence, terminal } from './sample-bodies.ts';
import { type Sample, samples } from './sample-messages.ts';
import { hexOf, type Recorded, readAgain, scalarOf } from './second-reader.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);

const signedOrSealed = samples.filter(sample => sample.recorded.key !== undefined);
const other = newKeyPair();

function flipped(hex: string, bit: number): string {
  const bytes = Buffer.from(hex, 'hex');
  const at = (bit >> 3) % bytes.length;
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at);
  return bytes.toString('hex');
}

const swap: Partial<Recorded> = { key: hexOf(other.coseKey), private: scalarOf(other) };
const elsewhere: Partial<Recorded> = {
  topic: 'madoguchi/1/shop-0043/request',
  terminal: 'shop-0043',
  transaction: '00'.repeat(16),
};

const faults: [fault: string, mutate: (sample: Sample, at: number) => Partial<Recorded>][] = [
  ['a flipped bit', ({ recorded }, at) => ({ message: flipped(recorded.message, seed + 7919 * at) })],
  [
    'a flipped bit in the last byte',
    ({ recorded }) => ({ message: flipped(recorded.message, recorded.message.length * 4 - 1) }),
  ],
  ['another key', () => swap],
  ['a byte after the end', ({ recorded }) => ({ message: `${recorded.message}00` })],
  ['a missing last byte', ({ recorded }) => ({ message: recorded.message.slice(0, -2) })],
];

/** Names of the samples that were read although they are wrong. */
function wronglyRead(
  chosen: readonly Sample[],
  mutate: (sample: Sample, at: number) => Partial<Recorded>,
): string[] {
  const readings = readAgain(chosen.map((sample, at) => ({ ...sample.recorded, ...mutate(sample, at) })));
  return chosen.filter((_, at) => readings[at]?.refused === undefined).map(sample => sample.name);
}

for (const [fault, mutate] of faults)
  test(`${fault} is refused in each kind`, () => assert.equal(wronglyRead(signedOrSealed, mutate), []));

test('another topic, terminal or transaction is refused in each kind that belongs to one', () => {
  const bound = signedOrSealed.filter(
    ({ recorded }) => !['root', 'key set', 'claim'].includes(recorded.kind),
  );
  assert.equal(
    wronglyRead(bound, () => elsewhere),
    [],
  );
});

test('a message is not taken for one of another kind', () => {
  const kindOf = {
    subject: 'manifest',
    manifest: 'evidence',
    evidence: 'subject',
    authentication: 'order',
    order: 'document',
    document: 'authentication',
  };
  const named = signedOrSealed.filter(({ recorded }) => recorded.kind in kindOf);
  assert.is(named.length, 6);
  assert.equal(
    wronglyRead(named, ({ recorded }) => ({ kind: kindOf[recorded.kind as keyof typeof kindOf] })),
    [],
  );
});

test('well signed and wrong in one field is refused', () => {
  const topic = `madoguchi/1/${terminal}/presence`;
  const bodies = [
    { ...presence, online: 1 },
    { ...presence, name: '吉田' },
    { ...presence, epoch: 0 },
    { ...presence, session: Buffer.alloc(15) },
    { ...presence, terminal: 'Shop' },
    { ...presence, software: 'x'.repeat(41) },
    { ...presence, software: undefined },
  ];
  const signed = (body: Record<string, Parameters<typeof sign1>[0] | undefined>): Recorded => ({
    kind: 'presence',
    message: sign1(body, agent, `madoguchi/1 topic ${topic}`).toString('hex'),
    key: hexOf(agent.coseKey),
    topic,
  });
  assert.is(readAgain([signed(presence)])[0]?.refused, undefined);
  for (const reading of readAgain(bodies.map(signed))) assert.match(reading.refused ?? '', 'schema');
});

test('another encoding of the same value is refused', () => {
  const refusal = encode({ refused: 'enrolment/used' }).toString('hex');
  assert.ok(refusal.startsWith('a167'));
  const encodings = [
    `bf${refusal.slice(2)}ff`, // indefinite map
    `b801${refusal.slice(2)}`, // length not in its shortest form
    `a2${refusal.slice(2)}${refusal.slice(2)}`, // the key twice
  ];
  for (const message of encodings)
    assert.match(readAgain([{ kind: 'enrolment refusal', message }])[0]?.refused ?? '', 'deterministic');
});

test.run();
