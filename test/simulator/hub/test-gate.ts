// A test gate: makes the messages of one transaction like a real gate. Its statements can have false values.
import { randomBytes } from 'node:crypto';
import { type CoseKey, newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sealAuthentication, sealOrder } from '../../../agent/protocol/sealed-request.ts';
import {
  type AuthenticationStatement,
  encodeStatement,
  type OrderStatement,
} from '../../../agent/protocol/statement.ts';
import type { TestCard } from './test-card.ts';

export const juminhyo: OrderStatement['order'] = {
  municipality: '132047',
  kind: 'juminhyo',
  options: { scope: 'household', relation: 'shown', honseki: 'hidden' },
  copies: 1,
  feeYen: 200,
};

export function makeTestGate(card: TestCard, terminal: string, transaction = randomBytes(16)) {
  const key = newKeyPair();
  const nonce = randomBytes(32);
  let authentication: Buffer = Buffer.alloc(0);
  return {
    key,
    nonce,
    transaction,
    authenticate(
      challenge: Buffer,
      service: CoseKey,
      lie: Partial<AuthenticationStatement> = {},
      signer = card,
    ) {
      authentication = encodeStatement({
        context: 'madoguchi/1 authentication',
        transaction,
        terminal,
        challenge,
        gateKey: key.coseKey,
        gateNonce: nonce,
        ...lie,
      });
      const signature = signer.sign(authentication);
      const algorithm = signer.algorithm ?? -257;
      const request = { statement: authentication, algorithm, signature, certificate: card.certificate };
      return sealAuthentication(request, transaction, service);
    },
    order(
      { challenge, token, service }: { challenge: Buffer; token: Buffer; service: CoseKey },
      order = juminhyo,
      lie: Partial<OrderStatement> = {},
      signer = card,
    ) {
      const statement = encodeStatement({
        context: 'madoguchi/1 order',
        transaction,
        terminal,
        challenge,
        gateKeyThumbprint: key.thumbprint,
        order,
        ...lie,
      });
      const request = {
        statement,
        algorithm: signer.algorithm ?? -257,
        signature: signer.sign(statement),
        authentication,
        authenticationSignature: card.sign(authentication),
        certificate: card.certificate,
        token,
      };
      return sealOrder(request, transaction, service);
    },
  };
}
