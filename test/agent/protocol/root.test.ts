// The root document: how many of its keys must sign what, and which document may follow it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KeyPair, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type KeySet, readKeySet, readNextKeySet, signKeySet } from '../../../agent/protocol/key-set.ts';
import { type Root, readNextRoot, readRoot, rootThumbprint, signRoot } from '../../../agent/protocol/root.ts';
import { keySet } from '../../interop/sample-bodies.ts';
import { refuses } from '../../refusal.ts';

const [a, b, c, d, stranger] = Array.from({ length: 5 }, newKeyPair) as [
  KeyPair,
  KeyPair,
  KeyPair,
  KeyPair,
  KeyPair,
];
const root = (threshold: number, keys: KeyPair[], generation = 1): Root => ({
  version: 1,
  generation,
  threshold,
  keys: keys.map(({ coseKey }) => coseKey),
});
const twoOfThree = root(2, [a, b, c]);

test('a root document stands where as many of its keys have signed as it wants', () => {
  assert.equal(readRoot(signRoot(twoOfThree, [a, c])), twoOfThree);
  assert.equal(readRoot(signRoot(twoOfThree, [c, b, a])), twoOfThree);
  for (const signers of [[a], [a, stranger], [a, stranger, d]])
    assert.throws(() => readRoot(signRoot(twoOfThree, signers)), refuses('protocol/threshold'));
  for (const signers of [
    [a, a],
    [a, b, b],
  ])
    assert.throws(() => readRoot(signRoot(twoOfThree, signers)), refuses('protocol/signature'));
  assert.throws(() => readRoot(sign1(twoOfThree, a, 'madoguchi/1 root')), refuses('protocol/cose'));
});

test('its thumbprint does not depend on who has signed', () => {
  const [one, other] = [signRoot(twoOfThree, [a, b]), signRoot(twoOfThree, [b, c])].map(message =>
    rootThumbprint(readRoot(message)),
  );
  assert.equal(one, other);
  assert.not.equal(one, rootThumbprint(root(1, [a, b, c])));
});

test('a document that more must sign than it has keys, with a key twice, none or nine keys, is refused', () => {
  const nine = Array.from({ length: 9 }, newKeyPair);
  for (const [wrong, signers] of [
    [root(3, [a, b]), [a, b]],
    [root(1, [a, a]), [a]],
    [root(1, []), [a]],
    [root(1, nine), [nine[0]!]],
    [root(0, [a]), [a]],
  ] as [Root, KeyPair[]][])
    assert.throws(() => readRoot(signRoot(wrong, signers)), refuses('protocol/schema'));
});

test('a key set needs as many keys of the root document, and nobody else', () => {
  const set = keySet as KeySet;
  assert.equal(readKeySet(signKeySet(set, [b, c]), twoOfThree), set);
  assert.throws(() => readKeySet(signKeySet(set, [b]), twoOfThree), refuses('protocol/threshold'));
  assert.throws(
    () => readKeySet(signKeySet(set, [a, b, stranger]), twoOfThree),
    refuses('protocol/signature'),
  );
  const posing = { ...stranger, thumbprint: b.thumbprint };
  assert.throws(() => readKeySet(signKeySet(set, [a, posing]), twoOfThree), refuses('protocol/signature'));
  assert.throws(
    () => readKeySet(signRoot(twoOfThree, [a, b]), twoOfThree),
    refuses('protocol/signature'),
    'a message of another kind',
  );
});

test('a key set follows another where its generation is higher; the very same is nothing new', () => {
  const present = { ...keySet, generation: 5 } as KeySet;
  const read = (set: KeySet, signers = [a, b]) =>
    readNextKeySet(signKeySet(set, signers), twoOfThree, present);
  const next = { ...present, generation: 6 };
  assert.equal(read(next), next);
  assert.is(read(present), undefined);
  const others = [
    { ...present, generation: 4 },
    { ...present, keys: { ...present.keys, hub: a.coseKey } },
  ];
  for (const other of others) assert.throws(() => read(other), refuses('protocol/generation'));
  assert.throws(() => read(next, [a]), refuses('protocol/threshold'));
});

test('a document follows another where both have signed it by their own rule', () => {
  const next = root(2, [c, d], 2);
  assert.equal(readNextRoot(signRoot(next, [a, c, d]), twoOfThree), next, 'c counts in both');
  assert.equal(readRoot(signRoot(next, [a, c, d])), next, 'and a new terminal may begin with it');
  const refusals: [KeyPair[], Parameters<typeof refuses>[0]][] = [
    [[c, d], 'protocol/threshold'], // one of the present document's
    [[a, b, c], 'protocol/threshold'], // one of its own
    [[a, c, d, stranger], 'protocol/signature'],
  ];
  for (const [signers, code] of refusals)
    assert.throws(() => readNextRoot(signRoot(next, signers), twoOfThree), refuses(code));
  for (const generation of [1, 2])
    assert.throws(
      () => readNextRoot(signRoot(root(1, [a], generation), [a, b]), { ...twoOfThree, generation: 2 }),
      refuses('protocol/generation'),
    );
});

test.run();
