// The hub's public keys, signed by keys of its root document (root.ts). Agent and gate each verify
// the key set themselves; neither relies on the other.
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { encode } from './cbor.ts';
import { contextOf } from './context.ts';
import { coseKey, type KeyPair } from './cose-key.ts';
import { SignedBySeveral, signBySeveral } from './cose-sign.ts';
import { ProtocolError } from './error.ts';
import { enough, type Root } from './root.ts';
import { count, municipalityCode, parse, table } from './schema.ts';

/** No municipality has the key of another: its service can neither sign nor read for any other. */
const byMunicipality = table(municipalityCode, coseKey);

export const keySet = v.strictObject({
  version: v.literal(1),
  /** Rises with every key set. A lower one is never taken again. */
  generation: count(1, 2 ** 32),
  keys: v.pipe(
    v.strictObject({
      /** Signs replies and acknowledgements. */
      hub: coseKey,
      /** Signs configuration. */
      configuration: coseKey,
      /** ICカード認証: signs subject tokens; authentications are sealed to the second. */
      cardAuthentication: coseKey,
      cardAuthenticationSeal: coseKey,
      /** 証明書発行サーバ of each municipality: signs its manifests; orders of its certificates are sealed to the second. */
      issuing: byMunicipality,
      issuingSeal: byMunicipality,
    }),
    v.check(
      ({ issuing, issuingSeal }) =>
        isDeepStrictEqual(Object.keys(issuing).sort(), Object.keys(issuingSeal).sort()),
      'expected the same municipalities in both',
    ),
  ),
});

/** Max size of a signed key set, in bytes: 2,000 municipalities. */
export const keySetLimit = 400 << 10;

export type KeySet = v.InferOutput<typeof keySet>;

export const signKeySet = (set: KeySet, rootKeys: readonly KeyPair[]): Buffer =>
  signBySeveral(set, rootKeys, contextOf.keySet);

/** A key set that enough of the root document's keys signed, and nobody else. Errors: those of SignedBySeveral; protocol/threshold, protocol/schema. */
export function readKeySet(message: Uint8Array, root: Root): KeySet {
  const signed = new SignedBySeveral(message, contextOf.keySet, keySetLimit);
  enough(signed, root);
  signed.onlyOf(root.keys);
  return parse(keySet, signed.unverified);
}

/**
 * A key set that follows `present`; undefined where it is the very same. Errors: those of `readKeySet`; protocol/generation where it is
 * not later.
 */
export function readNextKeySet(message: Uint8Array, root: Root, present: KeySet): KeySet | undefined {
  const next = readKeySet(message, root);
  if (encode(next).equals(encode(present))) return undefined;
  if (next.generation <= present.generation)
    throw new ProtocolError('protocol/generation', 'The key set is not later than the present one.');
  return next;
}
