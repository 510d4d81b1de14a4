// docs/contract/vectors: the contract's own readers and the second reader find in each what index.json says.
import { createHash, verify, X509Certificate } from 'node:crypto';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode, type Tag, type Value } from '../../../agent/protocol/cbor.ts';
import { openDocument } from '../../../agent/protocol/document.ts';
import { type Root, readRoot } from '../../../agent/protocol/root.ts';
import { openOrder } from '../../../agent/protocol/sealed-request.ts';
import { hexOf, type Recorded, readAgain, scalarOf } from '../../interop/second-reader.ts';
import { keepBad } from './bad.ts';
import { transaction } from './bodies.ts';
import { keepOthers, keepTransaction } from './good.ts';
import { type KeyName, keys } from './keys.ts';
import { resultOf } from './read.ts';
import { bytesOf, type Expected, folder, readIndex, Store, type Vector } from './store.ts';

const vectors = readIndex();
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** The root document in a file. */
const rootOf = (file: string): Root => readRoot(bytesOf({ file }));

const recorded = (vector: Vector): Recorded => {
  const { kind, key, topic, terminal, transaction, root, thumbprint } = vector;
  const pair = key && keys[key as KeyName];
  return {
    kind,
    message: bytesOf(vector).toString('hex'),
    ...(root && { key: encode(rootOf(root) as Value).toString('hex') }),
    ...(thumbprint && { key: thumbprint }),
    ...(pair && { key: hexOf(pair.coseKey), private: scalarOf(pair) }),
    ...(topic && { topic }),
    ...(terminal && { terminal }),
    ...(transaction && { transaction }),
  };
};

/** Vectors of which `result` is not what is expected. */
const wrong = (result: (vector: Vector, at: number) => Expected): string[] =>
  vectors.flatMap((vector, at) => {
    const [is, expected] = [JSON.stringify(result(vector, at)), JSON.stringify(vector.expected)];
    return is === expected ? [] : [`${vector.name}: ${is} in place of ${expected}`];
  });

test(`our readers find in ${vectors.length} vectors what the index says`, () => {
  assert.equal(
    wrong(vector => resultOf(vector, bytesOf(vector))),
    [],
  );
});

test('and so does the second reader', () => {
  const readings = readAgain(vectors.map(recorded));
  assert.equal(
    wrong((_, at) => {
      const reading = readings[at]!;
      if (reading.refused === undefined) return { ok: true };
      return { code: reading.code, ...(reading.path && { path: reading.path }) };
    }),
    [],
  );
});

test('the index lists every vector, and every file is one or belongs to one', async () => {
  const store = new Store('read');
  await keepTransaction(store);
  await keepOthers(store);
  await keepBad(store);
  assert.equal(store.vectors, vectors, 'else run node test/contract/vectors/write.ts');
  const files = globSync('**/*.cbor', { cwd: fileURLToPath(folder) }).sort();
  assert.equal(files, vectors.map(({ file }) => file).sort());
});

test('the transaction hangs together', () => {
  const file = (name: string) => bytesOf({ file: `transaction/${name}` });
  const found = (name: string) =>
    decode((decode(file(`${name}.cbor`)) as Tag & { value: Buffer[] }).value[2]!);
  const card = new X509Certificate(bytesOf({ file: 'card.der' })).publicKey;
  const order = openOrder(file('04-order.cbor'), transaction, keys.issuingSeal);
  assert.ok(verify('sha256', order.statement, card, order.signature));
  assert.ok(verify('sha256', order.authentication, card, order.authenticationSignature));
  const { manifest, pdf } = openDocument(file('05-document.cbor'), transaction, keys.gateTransaction);
  assert.ok(manifest.equals(file('05-manifest.cbor')) && pdf.equals(file('05-certificate.pdf')));
  const { manifestDigest, pdfDigest } = found('06-evidence') as Record<string, Buffer>;
  assert.ok(manifestDigest!.equals(sha256(manifest)) && pdfDigest!.equals(sha256(pdf)));
  const { records } = found('07-batch') as { records: { tag: Buffer }[] };
  const { upto, tag } = found('07-acknowledgement') as { upto: number; tag: Buffer };
  assert.is(upto, records.length);
  assert.ok(tag.equals(records.at(-1)!.tag));
});

test('every class of refusal has a vector', () => {
  const codes = new Set(vectors.map(({ expected }) => ('code' in expected ? expected.code : 'ok')));
  for (const code of ['cbor', 'cose', 'key', 'schema', 'signature', 'decrypt', 'threshold'])
    assert.ok(codes.has(`protocol/${code}`), code);
});

test.run();
