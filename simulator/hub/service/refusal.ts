// All refusals of the hub's services: the code, and the service that refuses. One list, for documentation and tests.

/** All codes, for docs/codes.md. */
export const refusals = {
  /** hub: the routing of questions */
  'hub/transactionTaken': 'A transaction with this id was begun before.',
  'hub/transactionUnknown': 'No transaction with this id is open for this terminal.',
  'hub/questionChanged': 'A question came again under the same id with other content.',
  'hub/malformed': 'The question is not what the contract allows, or was sealed for another place.',
  'hub/internal': 'A service failed.',
  /** cardAuthentication: ICカード認証 */
  'card/challenge': 'The challenge was not given for this transaction, was used, or has lapsed.',
  'card/statement': 'The card signed a statement of another transaction or terminal.',
  'card/untrusted': 'No authority known here issued the certificate.',
  'card/expired': 'The certificate is not valid today.',
  'card/revoked': 'The certificate was revoked.',
  'card/unknown': 'The certificate belongs to nobody who is registered.',
  'card/algorithm': 'The card signed by another algorithm than RS256, which is all that is taken here today.',
  'card/signature': "The card's signature does not fit the statement.",
  'card/unavailable': 'The card authentication service does not work.',
  /** cardStandard: ICカード標準システム */
  'standard/unknown': 'The holder is not in the register of any municipality here.',
  'standard/unavailable': 'The card standard system does not work.',
  /** issuing: 証明書発行サーバ */
  'issuing/challenge': 'The challenge was not given for this order, was used, or has lapsed.',
  'issuing/statement': 'The order names another transaction, terminal or key than the authentication.',
  'issuing/token': 'The token does not fit the card, the key or the terminal.',
  'issuing/algorithm':
    'The card signed by another algorithm than RS256, which is all that is taken here today.',
  'issuing/signature': "The card's signature does not fit the order or the authentication.",
  'issuing/subject': "The token's subject is not the resident whose order this is.",
  'issuing/municipality': 'The resident belongs to another municipality.',
  'issuing/kind': 'This municipality does not issue this kind here.',
  'issuing/options': 'An option, value or member is not one of those offered.',
  'issuing/copies': 'More copies than the catalogue allows.',
  'issuing/fee': "The fee shown is not the catalogue's.",
  'issuing/moved': 'The resident has moved out.',
  'issuing/protected': 'The record is protected (支援措置): only at the counter.',
  'issuing/minor': 'The resident is under 15.',
  'issuing/noRecord':
    'There is no such record of the resident: no seal registered, no register here, no tax year.',
  'issuing/glyph': 'A character or variation that the font does not have: only at the counter.',
  'issuing/unavailable': 'The issuing service does not work.',
  'issuing/gone': 'No document is held for this transaction, or nothing is left at this offset.',
} as const;

export type RefusalCode = keyof typeof refusals;
export type ServiceName = 'hub' | 'cardAuthentication' | 'cardStandard' | 'issuing';

const services: Record<string, ServiceName> = {
  hub: 'hub',
  card: 'cardAuthentication',
  standard: 'cardStandard',
  issuing: 'issuing',
};

/** A service's refusal of a question. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly service: ServiceName;

  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(refusals[code], options);
    this.code = code;
    this.service = services[code.split('/')[0]!]!;
  }
}

/** Throws the refusal unless `holds`. */
export function unless(holds: boolean, code: RefusalCode): asserts holds {
  if (!holds) throw new Refusal(code);
}

/** The result of `read`. Errors: Refusal hub/malformed if it throws: the seal, signature or format is wrong. */
export function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Refusal('hub/malformed', { cause });
  }
}
