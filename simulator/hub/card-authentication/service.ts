// ICカード認証: gives a challenge for the card, verifies the card's signature, and identifies the holder.
import { createHash, verify, X509Certificate } from 'node:crypto';
import { type KeyPair, thumbprint } from '../../../agent/protocol/cose-key.ts';
import { type AuthenticationRequest, openAuthentication } from '../../../agent/protocol/sealed-request.ts';
import {
  type AuthenticationStatement,
  readAuthenticationStatement,
} from '../../../agent/protocol/statement.ts';
import { signSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { type Behaviour, firstAnswer } from '../service/behaviour.ts';
import { isTaken } from '../service/card-algorithm.ts';
import { Challenges, cardChallengeMs } from '../service/challenges.ts';
import type { HubClock } from '../service/hub-clock.ts';
import { orMalformed, unless } from '../service/refusal.ts';
import type { CardRegistry } from './card-registry.ts';
import { pseudonymOf } from './holder-pseudonym.ts';

export type CardQuestion =
  | { ask: 'probe' }
  | { ask: 'challenge'; terminal: string; transaction: Buffer }
  | { ask: 'authenticate'; terminal: string; transaction: Buffer; sealed: Buffer };

export type CardAnswer =
  | { answer: 'probe' }
  | { answer: 'challenge'; challenge: Buffer }
  /** `holder` is for the hub's other services only. It is not sent to a terminal. */
  | { answer: 'authenticate'; token: Buffer; holder: string };

export interface CardAuthenticationState {
  registry: CardRegistry;
  challenges: Challenges<string>;
  signing: KeyPair;
  seal: KeyPair;
  /** Shared with the issuing service only. */
  commonKey: Buffer;
  clock: HubClock;
}

export type CardBehaviour = Behaviour<CardQuestion, CardAuthenticationState, CardAnswer>;

export interface CardAuthentication {
  registry: CardRegistry;
  /** Errors: Refusal card/*, hub/malformed. */
  ask(question: CardQuestion): Promise<CardAnswer | undefined>;
}

export interface CardAuthenticationOptions {
  registry: CardRegistry;
  signing: KeyPair;
  seal: KeyPair;
  commonKey: Buffer;
  clock: HubClock;
  /** Tried before the default ones. */
  behaviours?: readonly CardBehaviour[];
}

export function makeCardAuthentication({
  behaviours = [],
  ...given
}: CardAuthenticationOptions): CardAuthentication {
  const challenges = new Challenges<string>(cardChallengeMs, given.clock.now);
  const state: CardAuthenticationState = { ...given, challenges };
  return {
    registry: given.registry,
    ask: question => firstAnswer([...behaviours, answerProbe, giveChallenge, authenticate], question, state),
  };
}

const answerProbe: CardBehaviour = ({ ask }) => (ask === 'probe' ? { answer: 'probe' } : undefined);

const giveChallenge: CardBehaviour = (question, { challenges }) =>
  question.ask === 'challenge'
    ? { answer: 'challenge', challenge: challenges.give(question.transaction, question.terminal) }
    : undefined;

export const authenticate: CardBehaviour = (question, state) => {
  if (question.ask !== 'authenticate') return undefined;
  const { terminal, transaction } = question;
  const given = state.challenges.take(transaction);
  unless(given !== undefined && given.bound === terminal, 'card/challenge');
  const request = orMalformed(() => openAuthentication(question.sealed, transaction, state.seal));
  const statement = orMalformed(() => readAuthenticationStatement(request.statement));
  unless(statement.challenge.equals(given.challenge), 'card/challenge');
  unless(statement.transaction.equals(transaction) && statement.terminal === terminal, 'card/statement');
  const holder = holderOf(request, state);
  return { answer: 'authenticate', holder, token: tokenFor(statement, request.certificate, holder, state) };
};

/** The resident whose card signed the request. Errors: Refusal card/*. */
function holderOf(request: AuthenticationRequest, { registry, clock }: CardAuthenticationState): string {
  const certificate = orMalformed(() => new X509Certificate(request.certificate));
  unless(registry.issuerOf(certificate) !== undefined, 'card/untrusted');
  const today = clock.wall();
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  unless(from <= today && today <= to, 'card/expired');
  unless(!registry.isRevoked(certificate), 'card/revoked');
  unless(isTaken(request.algorithm, certificate.publicKey), 'card/algorithm');
  unless(verify('sha256', request.statement, certificate.publicKey, request.signature), 'card/signature');
  const holder = registry.holderOf(certificate);
  unless(holder !== undefined, 'card/unknown');
  return holder;
}

const tokenFor = (
  { transaction, terminal, gateKey }: AuthenticationStatement,
  certificate: Buffer,
  holder: string,
  { signing, commonKey }: CardAuthenticationState,
): Buffer =>
  signSubjectToken(
    {
      transaction,
      terminal,
      certificateDigest: createHash('sha256').update(certificate).digest(),
      gateKeyThumbprint: thumbprint(gateKey),
      subject: pseudonymOf(commonKey, holder, transaction),
    },
    signing,
  );
