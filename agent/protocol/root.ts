// The hub's root document: the keys that vouch for its key sets, and how many of them must sign (RFC 9052, 4.1). The thumbprint of the
// first one is on the installer's sheet. A later one is signed under the threshold of the one before it, and under its own.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { encode } from './cbor.ts';
import { contextOf } from './context.ts';
import { coseKey, type KeyPair, thumbprint } from './cose-key.ts';
import { SignedBySeveral, signBySeveral } from './cose-sign.ts';
import { ProtocolError } from './error.ts';
import { count, parse } from './schema.ts';

/** Who vouches for the hub's keys. */
export const root = v.pipe(
  v.strictObject({
    version: v.literal(1),
    /** Rises with every root document. */
    generation: count(1, 2 ** 32),
    /** Number of keys that must sign. */
    threshold: count(1, 8),
    keys: v.pipe(v.array(coseKey), v.minLength(1), v.maxLength(8)),
  }),
  v.check(({ threshold, keys }) => threshold <= keys.length, 'expected as many keys as must sign'),
  v.check(
    ({ keys }) => new Set(keys.map(key => thumbprint(key).toString('hex'))).size === keys.length,
    'expected each key once',
  ),
);

export type Root = v.InferOutput<typeof root>;

/** Max size of a signed root document, in bytes. */
export const rootLimit = 4096;

/** SHA-256 of the root document's deterministic CBOR: 32 bytes, for the installer's sheet. It does not depend on the signatures. */
export const rootThumbprint = (document: Root): Buffer =>
  createHash('sha256').update(encode(document)).digest();

export const signRoot = (document: Root, keys: readonly KeyPair[]): Buffer =>
  signBySeveral(document, keys, contextOf.root);

/**
 * A root document that a terminal begins with: its thumbprint must be compared with the sheet's, or it lay in the terminal's folder.
 * Errors: those of SignedBySeveral; protocol/schema, protocol/threshold.
 */
export function readRoot(message: Uint8Array): Root {
  const signed = new SignedBySeveral(message, contextOf.root, rootLimit);
  const document = parse(root, signed.unverified);
  enough(signed, document);
  return document;
}

/** A root document that follows `present`. Errors: as of `readRoot`; protocol/generation where it is not a later one. */
export function readNextRoot(message: Uint8Array, present: Root): Root {
  const signed = new SignedBySeveral(message, contextOf.root, rootLimit);
  enough(signed, present);
  const document = parse(root, signed.unverified);
  enough(signed, document);
  signed.onlyOf([...present.keys, ...document.keys]);
  if (document.generation <= present.generation)
    throw new ProtocolError('protocol/generation', 'The root document is not later than the present one.');
  return document;
}

/** Errors: protocol/threshold, protocol/signature. */
export function enough(signed: SignedBySeveral, { keys, threshold }: Root): void {
  if (signed.signers(keys) < threshold)
    throw new ProtocolError(
      'protocol/threshold',
      `Fewer than ${threshold} keys of the root document have signed.`,
    );
}
