// Questions of a terminal and answers of the hub, each in a signed envelope with the topic bound in.
import * as v from 'valibot';
import { contextOf } from './context.ts';
import { type Contract, readOn, signOn } from './contract.ts';
import type { CoseKey, KeyPair } from './cose-key.ts';
import { verify1 } from './cose-sign1.ts';
import { chunkLimit, documentLimit } from './document.ts';
import { isProtocolError } from './error.ts';
import { offer } from './offer.ts';
import {
  bytes,
  count,
  digest,
  fieldPath,
  nonce,
  parse,
  refusalCode,
  someBytes,
  transactionId,
  variantBy,
} from './schema.ts';
import { subjectToken } from './subject-token.ts';

/** Relates an answer to its question: 128 random bits. */
const exchangeId = bytes(16);

/** What a terminal asks. */
export const question = variantBy('ask', [
  /** Card authentication service: a challenge for the card. */
  v.strictObject({ ask: v.literal('challenge'), transaction: transactionId }),
  /** Card authentication service, then card standard service: whose card it is, and what may be ordered with it. */
  v.strictObject({ ask: v.literal('authenticate'), transaction: transactionId, sealed: someBytes(16 << 10) }),
  /** Issuing service: make the document. */
  v.strictObject({ ask: v.literal('order'), transaction: transactionId, sealed: someBytes(32 << 10) }),
  /** Issuing service: the sealed document from `offset`, at most `chunkLimit` bytes. */
  v.strictObject({ ask: v.literal('fetch'), transaction: transactionId, offset: count(0, documentLimit) }),
  /** The hub itself: is it there, do its services work, and what time is it? */
  v.strictObject({ ask: v.literal('probe') }),
]);

/** Whether each service behind the hub answered it just now. */
export const services = v.strictObject({
  cardAuthentication: v.boolean(),
  cardStandard: v.boolean(),
  issuing: v.boolean(),
});

/** Who refused. A terminal writes it to its log, and does nothing else by it: `code` decides. */
const refuser = v.picklist(['hub', 'cardAuthentication', 'cardStandard', 'issuing']);

/** What the hub answers. */
export const answer = variantBy('answer', [
  v.strictObject({ answer: v.literal('challenge'), challenge: nonce }),
  v.strictObject({
    answer: v.literal('authenticate'),
    /** SubjectToken, signed by the card authentication service; for the gate. */
    token: someBytes(2048, { signed: subjectToken }),
    offer,
    /** The issuing service's challenge for the order. */
    orderChallenge: nonce,
  }),
  v.strictObject({ answer: v.literal('order'), size: count(1, documentLimit), digest }),
  v.strictObject({
    answer: v.literal('fetch'),
    offset: count(0, documentLimit),
    chunk: someBytes(chunkLimit),
  }),
  v.strictObject({
    answer: v.literal('probe'),
    /** The hub's clock as it answered: ms since 1970 UTC. */
    wall: count(0, Number.MAX_SAFE_INTEGER),
    services,
  }),
  /** A refusal is an answer. `service` names the service, `code` the reason, e.g. `issuing/moved`. */
  v.strictObject({
    answer: v.literal('refused'),
    service: refuser,
    code: refusalCode,
    /** The wrong field of the question, or of what was sealed in it. */
    path: v.optional(fieldPath),
  }),
]);

/** A question with the id that its answer repeats. */
export const questionEnvelope = v.strictObject({
  id: exchangeId,
  /** How long the terminal waits after sending, in ms. The hub drops a question that it can't answer in time. */
  waitsMs: count(1, 600_000),
  question,
});
/** An answer with the id of its question. */
export const answerEnvelope = v.strictObject({ id: exchangeId, answer });

export type Question = v.InferOutput<typeof question>;
export type Answer = v.InferOutput<typeof answer>;
/** The services behind the hub: certificate authentication, card standard system, issuing. */
export type ServiceName = keyof v.InferOutput<typeof services>;
export type Probed = Extract<Answer, { answer: 'probe' }>;
export type Refused = Extract<Answer, { answer: 'refused' }>;
export type QuestionEnvelope = v.InferOutput<typeof questionEnvelope>;
export type AnswerEnvelope = v.InferOutput<typeof answerEnvelope>;

export const signQuestion = (
  envelope: QuestionEnvelope,
  topic: string,
  agent: KeyPair,
  spoken?: Contract,
): Buffer => signOn(topic, envelope, agent, spoken);
export const readQuestion = (
  message: Uint8Array,
  topic: string,
  agent: CoseKey,
  spoken?: Contract,
): QuestionEnvelope => readOn(topic, questionEnvelope, message, agent, spoken);
export const signAnswer = (
  envelope: AnswerEnvelope,
  topic: string,
  hub: KeyPair,
  spoken?: Contract,
): Buffer => signOn(topic, envelope, hub, spoken);
export const readAnswer = (
  message: Uint8Array,
  topic: string,
  hub: CoseKey,
  spoken?: Contract,
): AnswerEnvelope => readOn(topic, answerEnvelope, message, hub, spoken);

/** Of a question or an answer that was refused by a field: its id, where `key` signed it for this topic and it has one. */
export function readExchangeId(message: Uint8Array, topic: string, key: CoseKey): Buffer | undefined {
  try {
    return parse(v.object({ id: exchangeId }), verify1(message, key, contextOf.topic(topic))).id;
  } catch (error) {
    if (isProtocolError(error)) return undefined;
    throw error;
  }
}
