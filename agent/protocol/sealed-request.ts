// Requests of the gate to a service, sealed to that service. Agent, broker and the hub's router carry them and can't read them.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { contextOf } from './context.ts';
import { decrypt, encrypt } from './cose-encrypt.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { parse, someBytes } from './schema.ts';
import { authenticationStatement, orderStatement } from './statement.ts';
import { subjectToken } from './subject-token.ts';

/** COSE numbers (IANA COSE Algorithms): RS256 (RFC 8812), ES256 and ES384 (RFC 9053). ECDSA signatures are r ‖ s. */
export const cardAlgorithm = v.picklist([-257, -7, -35]);
const cardSignature = someBytes(512);

/** To the card authentication service: the statement, the card's signature, and the certificate that verifies it. */
export const authenticationRequest = v.strictObject({
  statement: someBytes(1024, { cbor: authenticationStatement }),
  algorithm: cardAlgorithm,
  signature: cardSignature,
  /** DER of the authentication certificate. */
  certificate: someBytes(8192),
});

/** To the issuing service: both statements and signatures, the certificate, and the token that says whose card it is. */
export const orderRequest = v.strictObject({
  /** OrderStatement bytes and the card's signature over them. */
  statement: someBytes(2048, { cbor: orderStatement }),
  /** Of both signatures: one card made them. */
  algorithm: cardAlgorithm,
  signature: cardSignature,
  /** AuthenticationStatement bytes and signature. With it the card has signed the gate's key and nonce. */
  authentication: someBytes(1024, { cbor: authenticationStatement }),
  authenticationSignature: cardSignature,
  certificate: someBytes(8192),
  /** COSE_Sign1 of the card authentication service (subject-token.ts). */
  token: someBytes(2048, { signed: subjectToken }),
});

export type AuthenticationRequest = v.InferOutput<typeof authenticationRequest>;
export type OrderRequest = v.InferOutput<typeof orderRequest>;

export const sealAuthentication = (
  request: AuthenticationRequest,
  transaction: Buffer,
  service: CoseKey,
): Buffer => encrypt(encode(request), service, contextOf.authentication(transaction));
export const openAuthentication = (
  sealed: Uint8Array,
  transaction: Buffer,
  key: KeyPair,
): AuthenticationRequest =>
  parse(authenticationRequest, decode(decrypt(sealed, key, contextOf.authentication(transaction))));
export const sealOrder = (request: OrderRequest, transaction: Buffer, service: CoseKey): Buffer =>
  encrypt(encode(request), service, contextOf.order(transaction));
export const openOrder = (sealed: Uint8Array, transaction: Buffer, key: KeyPair): OrderRequest =>
  parse(orderRequest, decode(decrypt(sealed, key, contextOf.order(transaction))));
