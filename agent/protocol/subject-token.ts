// Signed by the card authentication service: in this transaction, this certificate belongs to this subject.
// The subject is a pseudonym for one transaction: the first 16 bytes of HMAC-SHA-256(the services' common key, resident ||
// transaction). Each service makes it from its own record of the resident.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { sign1, verify1 } from './cose-sign1.ts';
import { digest, parse, pseudonym, terminalId, transactionId } from './schema.ts';

/** In this transaction, this certificate belongs to this subject. */
export const subjectToken = v.strictObject({
  transaction: transactionId,
  terminal: terminalId,
  /** SHA-256 of the card's certificate (DER). */
  certificateDigest: digest,
  gateKeyThumbprint: digest,
  subject: pseudonym,
});

export type SubjectToken = v.InferOutput<typeof subjectToken>;

export const signSubjectToken = (token: SubjectToken, service: KeyPair): Buffer =>
  sign1(token, service, contextOf.subject(token.transaction));
export const readSubjectToken = (message: Uint8Array, transaction: Buffer, service: CoseKey): SubjectToken =>
  parse(subjectToken, verify1(message, service, contextOf.subject(transaction)));
