// A document from the issuing service: manifest and PDF, sealed to the gate's key of this transaction.
import * as v from 'valibot';
import { decodeInPlace, encode } from './cbor.ts';
import { contextOf } from './context.ts';
import { decrypt, encrypt } from './cose-encrypt.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { order } from './order-choice.ts';
import { count, digest, nonce, parse, pseudonym, someBytes, terminalId, transactionId } from './schema.ts';

/** Max size of a sealed document, in bytes: some hundred pages. A terminal holds it in memory for one transaction. */
export const documentLimit = 16 << 20;
/** Max size of a piece of a document in one reply, in bytes. */
export const chunkLimit = 64 << 10;

/** What the issuing service says about a document. */
export const manifest = v.strictObject({
  transaction: transactionId,
  terminal: terminalId,
  gateNonce: nonce,
  gateKeyThumbprint: digest,
  /** The pseudonym that was stamped into this document when it was rendered. */
  subject: pseudonym,
  order,
  /** Pages of one copy. */
  pages: count(1, 99),
  /** SHA-256 of the PDF file. The renderer takes it when it closes the file; signer and gate compare. */
  pdfDigest: digest,
});

/** What is sealed to the gate. */
export const documentBody = v.strictObject({
  manifest: someBytes(16 << 10, { signed: manifest }),
  pdf: someBytes(documentLimit),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type DocumentBody = v.InferOutput<typeof documentBody>;

export const signManifest = (body: Manifest, issuing: KeyPair): Buffer =>
  sign1(body, issuing, contextOf.manifest(body.transaction));
export const readManifest = (message: Uint8Array, transaction: Buffer, issuing: CoseKey): Manifest =>
  parse(manifest, verify1(message, issuing, contextOf.manifest(transaction)));

export const sealDocument = (body: DocumentBody, transaction: Buffer, gateKey: CoseKey): Buffer =>
  encrypt(encode(body), gateKey, contextOf.document(transaction));
/**
 * Manifest and PDF are views of the only copy of the clear text: the caller must zero both. A refused one is zeroed here.
 * Errors: those of `decrypt`; protocol/cbor, protocol/schema.
 */
export function openDocument(sealed: Uint8Array, transaction: Buffer, gateKey: KeyPair): DocumentBody {
  const clear = decrypt(sealed, gateKey, contextOf.document(transaction), documentLimit);
  try {
    return parse(documentBody, decodeInPlace(clear, documentLimit));
  } catch (error) {
    clear.fill(0);
    throw error;
  }
}
