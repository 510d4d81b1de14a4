// Statements that the resident's card signs, over these CBOR bytes, by its own algorithm (sealed-request.ts).
// The gate makes them, so that the card signs the gate's own key and the order that the gate was given.
import * as v from 'valibot';
import { decode, encode } from './cbor.ts';
import { coseKey } from './cose-key.ts';
import { order } from './order-choice.ts';
import { digest, nonce, parse, terminalId, transactionId } from './schema.ts';

/** First signature: this transaction, this terminal, this challenge, and the key for the document. */
export const authenticationStatement = v.strictObject({
  context: v.literal('madoguchi/1 authentication'),
  transaction: transactionId,
  terminal: terminalId,
  /** The card authentication service's challenge for this transaction. */
  challenge: nonce,
  gateKey: coseKey,
  gateNonce: nonce,
});

/** Second signature: what was ordered, after it was shown. */
export const orderStatement = v.strictObject({
  context: v.literal('madoguchi/1 order'),
  transaction: transactionId,
  terminal: terminalId,
  /** The issuing service's challenge for this order. */
  challenge: nonce,
  gateKeyThumbprint: digest,
  order,
});

export type AuthenticationStatement = v.InferOutput<typeof authenticationStatement>;
export type OrderStatement = v.InferOutput<typeof orderStatement>;

export const encodeStatement = (statement: AuthenticationStatement | OrderStatement): Buffer =>
  encode(statement);
export const readAuthenticationStatement = (bytes: Uint8Array): AuthenticationStatement =>
  parse(authenticationStatement, decode(bytes));
export const readOrderStatement = (bytes: Uint8Array): OrderStatement => parse(orderStatement, decode(bytes));
