// The hub's public keys, signed by its root key. The root key's thumbprint is on the installer's sheet. Agent and gate each verify
// the key set themselves; neither relies on the other.
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { count, municipalityCode, parse } from './schema.ts';

const coseKey = v.custom<CoseKey>(key => key instanceof Map && key.size === 4, 'expected a COSE_Key');

/** No municipality has the key of another: its service can neither sign nor read for any other. */
const byMunicipality = v.record(municipalityCode, coseKey);

const keySet = v.strictObject({
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

export const signKeySet = (set: KeySet, root: KeyPair): Buffer => sign1(set, root, contextOf.keySet);

/** Errors: those of `verify1`; protocol/schema. */
export const readKeySet = (message: Uint8Array, root: CoseKey): KeySet =>
  parse(keySet, verify1(message, root, contextOf.keySet));
