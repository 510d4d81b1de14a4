// Second signature: the card signs the order. This needs a token that says whose card it is.

import type { OrderChoice } from '../../commands/gate-door.ts';
import { type Order, order as orderSchema } from '../../protocol/order-choice.ts';
import { parse } from '../../protocol/schema.ts';
import { sealOrder } from '../../protocol/sealed-request.ts';
import { encodeStatement } from '../../protocol/statement.ts';
import { readSubjectToken, type SubjectToken } from '../../protocol/subject-token.ts';
import type { GateParts, Signer } from '../gate-parts.ts';
import { refusing } from '../gate-refusal.ts';
import { keyOfMunicipality } from '../keys/key-of-municipality.ts';
import { runChecks, tokenChecks } from './checks.ts';
import type { Transaction } from './transaction.ts';

/**
 * Returns the request, sealed to the ordered municipality's issuing service. Once in a transaction: the document will be compared with this order, and the
 * card is not needed afterwards. Errors: gate/sequence before authenticate or the second time, gate/orderSchema, gate/orderUnserved, gate/token*; those of the card.
 */
export async function order(
  transaction: Transaction,
  request: { token: Buffer; challenge: Buffer; order: OrderChoice },
  parts: GateParts,
  sign: Signer,
): Promise<Buffer> {
  const certificate = transaction.need('certificate');
  const first = transaction.need('authentication');
  const choice: Order = refusing('gate/orderSchema', () => parse(orderSchema, request.order));
  const service = keyOfMunicipality(parts.keySet.keys.issuingSeal, choice);
  const token = acceptToken(transaction, certificate, request.token, parts);
  const statement = encodeStatement({
    context: 'madoguchi/1 order',
    transaction: transaction.id,
    terminal: parts.settings.terminal,
    challenge: request.challenge,
    gateKeyThumbprint: transaction.key.thumbprint,
    order: choice,
  });
  const { algorithm, signature } = await sign(statement);
  transaction.signal.throwIfAborted();
  transaction.order = choice;
  transaction.token = token;
  const body = {
    statement,
    algorithm,
    signature,
    authentication: first.statement,
    authenticationSignature: first.signature,
    certificate,
    token: request.token,
  };
  const sealed = sealOrder(body, transaction.id, service);
  transaction.forgetCard();
  return sealed;
}

function acceptToken(
  transaction: Transaction,
  certificate: Buffer,
  message: Buffer,
  { settings, keySet }: GateParts,
): SubjectToken {
  const { id, nonce, key } = transaction;
  const token = refusing('gate/tokenSignature', () =>
    readSubjectToken(message, id, keySet.keys.cardAuthentication),
  );
  const own = { transaction: id, terminal: settings.terminal, nonce, keyThumbprint: key.thumbprint };
  runChecks(tokenChecks, { own, certificate, token });
  return token;
}
