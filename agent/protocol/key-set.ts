// The hub's public keys, signed by its root key. The root key's thumbprint is on the installer's sheet. Agent and gate each verify
// the key set themselves; neither relies on the other.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import { type CoseKey, coseKey, type KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { count, parse } from './schema.ts';

export const keySet = v.strictObject({
  version: v.literal(1),
  /** Rises with every key set. A lower one is never taken again. */
  generation: count(1, 2 ** 32),
  keys: v.strictObject({
    /** Signs replies and acknowledgements. */
    hub: coseKey,
    /** Signs configuration. */
    configuration: coseKey,
    /** ICカード認証: signs subject tokens; authentications are sealed to the second. */
    cardAuthentication: coseKey,
    cardAuthenticationSeal: coseKey,
    /** 証明書発行サーバ: signs manifests; orders are sealed to the second. */
    issuing: coseKey,
    issuingSeal: coseKey,
  }),
});

export type KeySet = v.InferOutput<typeof keySet>;

export const signKeySet = (set: KeySet, root: KeyPair): Buffer => sign1(set, root, contextOf.keySet);

/** Errors: those of `verify1`; protocol/schema. */
export const readKeySet = (message: Uint8Array, root: CoseKey): KeySet =>
  parse(keySet, verify1(message, root, contextOf.keySet));
