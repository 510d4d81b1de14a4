// First signature: the card signs this transaction, this terminal, and the key that the document will be sealed to.
import { sealAuthentication } from '../../protocol/sealed-request.ts';
import { encodeStatement } from '../../protocol/statement.ts';
import type { GateParts, Signer } from '../gate-parts.ts';
import type { Transaction } from './transaction.ts';

/** Returns the request, sealed to the card authentication service. Errors: gate/sequence before readCard; those of the card. */
export async function authenticate(
  transaction: Transaction,
  challenge: Buffer,
  { settings, keySet }: GateParts,
  sign: Signer,
): Promise<Buffer> {
  const certificate = transaction.need('certificate');
  const statement = encodeStatement({
    context: 'madoguchi/1 authentication',
    transaction: transaction.id,
    terminal: settings.terminal,
    challenge,
    gateKey: transaction.key.coseKey,
    gateNonce: transaction.nonce,
  });
  const { algorithm, signature } = await sign(statement);
  transaction.signal.throwIfAborted();
  transaction.authentication = { statement, signature };
  const request = { statement, algorithm, signature, certificate };
  return sealAuthentication(request, transaction.id, keySet.keys.cardAuthenticationSeal);
}
