// One transaction at a terminal: what its gate and the card make, right or wrong on purpose.
import { createHash, randomBytes } from 'node:crypto';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import type { Answer } from '../../agent/protocol/exchange.ts';
import type { Offer } from '../../agent/protocol/offer.ts';
import type { Order } from '../../agent/protocol/order-choice.ts';
import {
  type AuthenticationRequest,
  type OrderRequest,
  sealAuthentication,
  sealOrder,
} from '../../agent/protocol/sealed-request.ts';
import {
  type AuthenticationStatement,
  encodeStatement,
  type OrderStatement,
} from '../../agent/protocol/statement.ts';
import { NotTried, needs } from '../check.ts';
import { expectKind } from './answers.ts';
import type { KitCard } from './card.ts';
import type { TerminalClient } from './terminal-client.ts';

const rs256 = -257;

export type Authenticated = Extract<Answer, { answer: 'authenticate' }>;

/** What is said falsely in an authentication: in the statement, which the card signs, or around it. */
export interface AuthenticationLie {
  statement?: Partial<AuthenticationStatement>;
  around?: Partial<AuthenticationRequest>;
}

export interface OrderLie {
  statement?: Partial<OrderStatement>;
  around?: Partial<OrderRequest>;
  /** The municipality whose key the order is sealed to. */
  to?: string;
}

export class Visit {
  readonly terminal: TerminalClient;
  readonly card: KitCard;
  readonly transaction = randomBytes(16);
  readonly gate: KeyPair = newKeyPair();
  readonly nonce = randomBytes(32);
  #authentication: { statement: Buffer; signature: Buffer } = {
    statement: Buffer.alloc(0),
    signature: Buffer.alloc(0),
  };

  constructor(terminal: TerminalClient, card: KitCard) {
    this.terminal = terminal;
    this.card = card;
  }

  /** Begins the transaction. Errors: Failure. */
  async challenge(): Promise<Buffer> {
    const answer = await this.terminal.ask({ ask: 'challenge', transaction: this.transaction });
    return expectKind(answer, 'challenge', 'challenge of a new transaction').challenge;
  }

  sealedAuthentication(challenge: Buffer, { statement, around }: AuthenticationLie = {}): Buffer {
    const { terminal, hub } = this.terminal.enrolled;
    const said = encodeStatement({
      ...{ context: 'madoguchi/1 authentication', transaction: this.transaction, terminal, challenge },
      ...{ gateKey: this.gate.coseKey, gateNonce: this.nonce },
      ...statement,
    });
    this.#authentication = { statement: said, signature: this.card.sign(said) };
    const request = {
      ...{ ...this.#authentication, algorithm: rs256, certificate: this.card.certificate },
      ...around,
    } as AuthenticationRequest;
    return sealAuthentication(request, this.transaction, hub.cardAuthenticationSeal);
  }

  authenticate(sealed: Buffer, id?: Buffer): Promise<Answer> {
    const { transaction } = this;
    return this.terminal.ask({ ask: 'authenticate', transaction, sealed }, { ...(id && { id }) });
  }

  /** The order that the screen proposes: the first value of each option, one copy. Errors: NotTried. */
  proposed(offer: Offer, wanted?: string): Order {
    const { municipality, kinds } = offer;
    const catalogue = this.terminal.enrolled.configuration.municipalities[municipality]?.kinds ?? {};
    const name = wanted ?? kinds.find(one => Object.hasOwn(catalogue, one));
    const kind = name === undefined ? undefined : catalogue[name];
    if (name === undefined || !kind || !kinds.includes(name))
      throw new NotTried(
        `needs a kind of ${municipality} that is offered and in the configuration: ${wanted ?? 'there is none'}`,
      );
    const options = Object.fromEntries(kind.options.map(({ name, values }) => [name, values[0]!.value]));
    const { media, sides, feeYen } = kind;
    return { municipality, kind: name, options, copies: 1, feeYen, media, sides };
  }

  sealedOrder(
    { token, orderChallenge }: Authenticated,
    order: Order,
    { statement, around, to }: OrderLie = {},
  ): Buffer {
    const { terminal, hub } = this.terminal.enrolled;
    const said = encodeStatement({
      ...{ context: 'madoguchi/1 order', transaction: this.transaction, terminal },
      ...{ challenge: orderChallenge, gateKeyThumbprint: this.gate.thumbprint, order },
      ...statement,
    });
    const request = {
      ...{ statement: said, algorithm: rs256, signature: this.card.sign(said) },
      ...{ authentication: this.#authentication.statement },
      ...{ authenticationSignature: this.#authentication.signature },
      ...{ certificate: this.card.certificate, token },
      ...around,
    } as OrderRequest;
    const service = hub.issuingSeal[to ?? order.municipality];
    if (!service) throw new NotTried(`needs the issuing keys of ${order.municipality} in the key set`);
    return sealOrder(request, this.transaction, service);
  }

  /** The hub may need its whole time for an order: rendering counts. */
  order(
    sealed: Buffer,
    { id, waitsMs = this.hubMs }: { id?: Buffer; waitsMs?: number } = {},
  ): Promise<Answer> {
    return this.terminal.ask(
      { ask: 'order', transaction: this.transaction, sealed },
      { waitsMs, ...(id && { id }) },
    );
  }

  get hubMs(): number {
    return this.terminal.enrolled.configuration.waits.hubMs;
  }

  fetch(offset: number): Promise<Answer> {
    return this.terminal.ask({ ask: 'fetch', transaction: this.transaction, offset });
  }

  /** The whole sealed document, piece by piece. Errors: Failure. */
  async fetchAll(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let offset = 0; offset < size; ) {
      const { chunk } = expectKind(await this.fetch(offset), 'fetch', `fetch of a document at ${offset}`);
      pieces.push(chunk);
      offset += chunk.length;
    }
    return Buffer.concat(pieces);
  }
}

/** A visit whose card is authenticated. Errors: NotTried where the hub does not do that. */
export function authenticated(
  terminal: TerminalClient,
  card: KitCard,
): Promise<{ visit: Visit; known: Authenticated }> {
  return needs('an authenticated card', async () => {
    const visit = new Visit(terminal, card);
    const answer = await visit.authenticate(visit.sealedAuthentication(await visit.challenge()));
    return { visit, known: expectKind(answer, 'authenticate', 'authenticate with the known card') };
  });
}

/** A visit whose document is made. Errors: NotTried where the hub makes none. */
export async function ordered(terminal: TerminalClient, card: KitCard, kind?: string) {
  const { visit, known } = await authenticated(terminal, card);
  const order = visit.proposed(known.offer, kind);
  const made = await needs('a document', async () =>
    expectKind(await visit.order(visit.sealedOrder(known, order)), 'order', 'a right order'),
  );
  return { visit, known, order, made };
}

export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
