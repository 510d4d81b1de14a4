// 証明書発行サーバ of all municipalities, each with its own keys: verifies the signed order, renders the certificate from its own register, seals it, and serves it in pieces.
import { createHash } from 'node:crypto';
import type { CoseKey } from '../../../agent/protocol/cose-key.ts';
import { chunkLimit } from '../../../agent/protocol/document.ts';
import { Register } from '../residents/register.ts';
import { firstAnswer } from '../service/behaviour.ts';
import { Challenges, orderChallengeMs } from '../service/challenges.ts';
import type { HubClock } from '../service/hub-clock.ts';
import { unless } from '../service/refusal.ts';
import { verifyOrder } from './card-signatures.ts';
import { HeldDocuments } from './held-documents.ts';
import { makeDocument } from './make-document.ts';
import { checkOrder } from './order-check.ts';
import type { CertificateFont } from './paper/certificate-font.ts';
import { stampFor } from './record-pseudonym.ts';
import type { IssuingAnswer, IssuingBehaviour, IssuingQuestion, IssuingState } from './state.ts';

export interface Issuing {
  /** Errors: Refusal issuing/*, hub/malformed. */
  ask(question: IssuingQuestion): Promise<IssuingAnswer | undefined>;
  /** Removes the document of a transaction that has ended. */
  forget(transaction: Buffer, terminal: string): void;
  /** Removes documents that were held too long. */
  sweep(): void;
  /** Number of documents that are held. */
  readonly held: number;
}

export interface IssuingOptions {
  /** By municipality. */
  keys: IssuingState['keys'];
  cardAuthentication: CoseKey;
  commonKey: Buffer;
  font: CertificateFont;
  clock: HubClock;
  register?: Register;
  /** Max time for which a document is held, ms. Default half an hour. */
  keepMs?: number;
  /** Tried before the default ones. */
  behaviours?: readonly IssuingBehaviour[];
}

export function makeIssuing({ behaviours = [], keepMs = 1_800_000, ...given }: IssuingOptions): Issuing {
  const { now } = given.clock;
  const state: IssuingState = {
    ...given,
    register: given.register ?? new Register(),
    challenges: new Challenges(orderChallengeMs, now),
    held: new HeldDocuments(keepMs, now),
    make: makeDocument,
  };
  return {
    ask: question =>
      firstAnswer([...behaviours, answerProbe, giveOrderChallenge, takeOrder, giveChunk], question, state),
    forget: (transaction, terminal) => state.held.forget(transaction, terminal),
    sweep: () => state.held.sweep(),
    get held() {
      return state.held.size;
    },
  };
}

const answerProbe: IssuingBehaviour = ({ ask }) => (ask === 'probe' ? { answer: 'probe' } : undefined);

const giveOrderChallenge: IssuingBehaviour = (question, { challenges }) => {
  if (question.ask !== 'orderChallenge') return undefined;
  const { transaction, terminal, holder } = question;
  return { answer: 'orderChallenge', challenge: challenges.give(transaction, { terminal, holder }) };
};

export const takeOrder: IssuingBehaviour = async (question, state) => {
  if (question.ask !== 'order') return undefined;
  const { terminal, transaction } = question;
  const given = state.challenges.take(transaction);
  unless(given !== undefined && given.bound.terminal === terminal, 'issuing/challenge');
  const verified = verifyOrder(question, given.challenge, state);
  const entry = state.register.find(given.bound.holder);
  unless(entry !== undefined, 'issuing/subject');
  // the card authentication service computed the token's pseudonym independently: both must belong to one resident
  const own = stampFor(entry.resident, transaction, state.commonKey);
  unless(own.equals(verified.token.subject), 'issuing/subject');
  checkOrder(verified.statement.order, entry, state.clock.wall());
  const sealed = await state.make(verified, entry, state);
  state.held.hold(transaction, terminal, sealed);
  return { answer: 'order', size: sealed.length, digest: createHash('sha256').update(sealed).digest() };
};

const giveChunk: IssuingBehaviour = (question, { held }) => {
  if (question.ask !== 'fetch') return undefined;
  const { offset } = question;
  const chunk = held.find(question.transaction, question.terminal)?.subarray(offset, offset + chunkLimit);
  unless(chunk !== undefined && chunk.length > 0, 'issuing/gone');
  return { answer: 'fetch', offset, chunk };
};
