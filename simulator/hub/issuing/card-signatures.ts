// Verifies the card's signatures for an order: both statements, and the token that names the holder's pseudonym.
import { createHash, verify, X509Certificate } from 'node:crypto';
import { recipientOf } from '../../../agent/protocol/cose-encrypt.ts';
import { type CoseKey, thumbprint } from '../../../agent/protocol/cose-key.ts';
import { type OrderRequest, openOrder } from '../../../agent/protocol/sealed-request.ts';
import { readAuthenticationStatement, readOrderStatement } from '../../../agent/protocol/statement.ts';
import { readSubjectToken, type SubjectToken } from '../../../agent/protocol/subject-token.ts';
import { isTaken } from '../service/card-algorithm.ts';
import { orMalformed, Refusal, unless } from '../service/refusal.ts';
import type { IssuingState, OrderQuestion } from './state.ts';
import type { VerifiedOrder } from './verified-order.ts';

/** Errors: Refusal issuing/municipality (sealed to another one's service), issuing/challenge, issuing/statement, issuing/token, issuing/algorithm, issuing/signature, hub/malformed. */
export function verifyOrder(
  { terminal, transaction, sealed }: OrderQuestion,
  challenge: Buffer,
  { keys, cardAuthentication }: IssuingState,
): VerifiedOrder {
  const to = orMalformed(() => recipientOf(sealed));
  const [municipality, own] = Object.entries(keys).find(([, { seal }]) => seal.thumbprint.equals(to)) ?? [];
  unless(own !== undefined, 'hub/malformed');
  const request = orMalformed(() => openOrder(sealed, transaction, own.seal));
  const statement = orMalformed(() => readOrderStatement(request.statement));
  const authentication = orMalformed(() => readAuthenticationStatement(request.authentication));
  unless(statement.order.municipality === municipality, 'issuing/municipality');
  unless(statement.challenge.equals(challenge), 'issuing/challenge');
  for (const { transaction: named, terminal: at } of [statement, authentication])
    unless(named.equals(transaction) && at === terminal, 'issuing/statement');
  unless(thumbprint(authentication.gateKey).equals(statement.gateKeyThumbprint), 'issuing/statement');
  const token = tokenOf(request, transaction, cardAuthentication);
  unless(
    token.transaction.equals(transaction) &&
      token.terminal === terminal &&
      token.gateKeyThumbprint.equals(statement.gateKeyThumbprint) &&
      token.certificateDigest.equals(createHash('sha256').update(request.certificate).digest()),
    'issuing/token',
  );
  verifySignatures(request);
  return { authentication, statement, token };
}

function tokenOf({ token }: OrderRequest, transaction: Buffer, service: CoseKey): SubjectToken {
  try {
    return readSubjectToken(token, transaction, service);
  } catch (cause) {
    throw new Refusal('issuing/token', { cause });
  }
}

/** By the one algorithm that is taken here, with the key of the certificate whose digest is in the token. */
function verifySignatures(request: OrderRequest): void {
  const { publicKey } = orMalformed(() => new X509Certificate(request.certificate));
  unless(isTaken(request.algorithm, publicKey), 'issuing/algorithm');
  const signed = [
    [request.authentication, request.authenticationSignature],
    [request.statement, request.signature],
  ] as const;
  for (const [statement, signature] of signed)
    unless(verify('sha256', statement, publicKey, signature), 'issuing/signature');
}
