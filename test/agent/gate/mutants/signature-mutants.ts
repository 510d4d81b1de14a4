// Mutants that do not verify: signatures, seals, and what those are bound to.

import { type Mutant, without } from './mutant.ts';
import type { Change } from './mutate.ts';
import { earlierDocument } from './order-visits.ts';
import * as papers from './papers.ts';

const sign1 = 'agent/protocol/cose-sign1.ts';

const unverified: Change = {
  file: sign1,
  find: "if (!verify('sha256', toBeSigned(header, Buffer.from(external), body), input, signature))",
  replace: 'if (!verify || !input)',
};
const anySigner: Change = {
  file: sign1,
  find: 'if (!thumbprint(key).equals(signer))',
  replace: 'if (!thumbprint(key))',
};
const anySeal: Change = { file: 'agent/protocol/cose-encrypt.ts', find: 'decipher.final();', replace: '' };
/** Every signature of this kind is over the same, whatever its transaction. */
const unbound = (kind: 'subject' | 'manifest'): Change => ({
  file: 'agent/protocol/context.ts',
  find: `${kind}: (transaction: Buffer): string =>`,
  replace: `${kind}: (): string => 'madoguchi/1 ${kind} ' ||`,
});
/** The manifest may be of any municipality's service: of the first whose key it names. */
export const anyMunicipality: Change = {
  file: 'agent/gate/transaction/check-document.ts',
  find: '() => readManifest(signed, id, issuing));',
  replace: `() => {
    for (const one of Object.values(keySet.keys.issuing))
      try { return readManifest(signed, id, one); } catch {}
    return readManifest(signed, id, issuing);
  });`,
};
const signerBacked = {
  ...unverified,
  because: 'the key’s id is only a name: the signature does not fit either',
};

export const signatureMutants: readonly Mutant[] = [
  {
    name: 'the token’s signature',
    change: unverified,
    visit: papers.forgedToken,
    code: 'gate/tokenSignature',
  },
  {
    name: 'the manifest’s signature',
    change: unverified,
    visit: papers.forgedManifest,
    code: 'gate/manifestSignature',
  },
  {
    name: 'the token is signed by no other service',
    change: {
      file: 'agent/gate/transaction/order.ts',
      find: 'keySet.keys.cardAuthentication)',
      replace: "keySet.keys.issuing['132047']!)",
    },
    visit: papers.issuersToken,
    code: 'gate/tokenSignature',
  },
  {
    name: 'the manifest is signed by no other service',
    change: {
      file: 'agent/gate/transaction/check-document.ts',
      find: 'keyOfMunicipality(keySet.keys.issuing, order)',
      replace: 'keySet.keys.cardAuthentication',
    },
    visit: papers.authenticatorsManifest,
    code: 'gate/manifestSignature',
  },
  {
    name: 'the manifest is signed by no other municipality',
    change: anyMunicipality,
    visit: papers.anotherCitysManifest,
    code: 'gate/manifestSignature',
  },
  {
    name: 'the token names its signer',
    change: anySigner,
    visit: papers.strangersToken,
    code: 'gate/tokenSignature',
    backedBy: signerBacked,
  },
  {
    name: 'the manifest names its signer',
    change: anySigner,
    visit: papers.strangersManifest,
    code: 'gate/manifestSignature',
    backedBy: signerBacked,
  },
  {
    name: 'the token’s signature is bound to its transaction',
    change: unbound('subject'),
    visit: papers.unboundToken,
    code: 'gate/tokenSignature',
    backedBy: { ...without('gate/tokenTransaction'), because: 'the token names its transaction too' },
  },
  {
    name: 'the manifest’s signature is bound to its transaction',
    change: unbound('manifest'),
    visit: papers.unboundManifest,
    code: 'gate/manifestSignature',
    backedBy: { ...without('gate/manifestTransaction'), because: 'the manifest names its transaction too' },
  },
  {
    name: 'the seal is bound to its transaction',
    change: anySeal,
    visit: papers.sealedElsewhere,
    code: 'gate/documentSealed',
    backedBy: { ...without('gate/manifestTransaction'), because: 'the manifest inside names it too' },
  },
  {
    name: 'the seal is unbroken',
    change: anySeal,
    visit: papers.alteredOnTheWay,
    code: 'gate/documentSealed',
    backedBy: { ...without('gate/pdfDigest'), because: 'the manifest holds the file’s digest' },
  },
  {
    name: 'each transaction has a key of its own',
    change: {
      file: 'agent/gate/transaction/transaction.ts',
      find: 'readonly key: KeyPair = newKeyPair();',
      replace: 'static same = newKeyPair(); readonly key: KeyPair = Transaction.same;',
    },
    visit: earlierDocument,
    code: 'gate/documentSealed',
    backedBy: { ...without('gate/manifestNonce'), because: 'its nonce is its own too' },
  },
];
