// Checks of the issuing service: which orders it refuses.
import { randomBytes } from 'node:crypto';
import type { Order } from '../../agent/protocol/order-choice.ts';
import { encodeStatement } from '../../agent/protocol/statement.ts';
import { expectKind, expectRefused } from './answers.ts';
import type { HubCheck, HubRig } from './rig.ts';
import { type Authenticated, authenticated, type OrderLie, Visit } from './visit.ts';

interface Before {
  visit: Visit;
  known: Authenticated;
  order: Order;
}

async function before(rig: HubRig): Promise<Before> {
  const { visit, known } = await authenticated(await rig.terminal(), await rig.card());
  return { visit, known, order: visit.proposed(known.offer, rig.options.kind) };
}

/** Makes a right order first: a hub that refuses every order shows nothing by a refusal. */
async function works(rig: HubRig): Promise<void> {
  const { visit, known, order } = await before(rig);
  await rig.begin(async () =>
    expectKind(await visit.order(visit.sealedOrder(known, order)), 'order', 'a right order'),
  );
}

const lies: [string, (before: Before) => OrderLie | Promise<OrderLie>][] = [
  ['a challenge that was not given', () => ({ statement: { challenge: randomBytes(32) } })],
  ['a statement of another transaction', () => ({ statement: { transaction: randomBytes(16) } })],
  ['a statement of another terminal', () => ({ statement: { terminal: 'another-terminal' } })],
  ['a statement of another gate key', () => ({ statement: { gateKeyThumbprint: randomBytes(32) } })],
  ['random bytes as signature of the order', () => ({ around: { signature: randomBytes(256) } })],
  [
    'random bytes as signature of the authentication',
    () => ({ around: { authenticationSignature: randomBytes(256) } }),
  ],
  [
    'an authentication of another gate key, which the card has signed',
    ({ visit }) => ({ around: anotherKey(visit).around }),
  ],
  [
    'an authentication and a statement of another gate key than the token is for',
    ({ visit }) => {
      const { around, gateKeyThumbprint } = anotherKey(visit);
      return { around, statement: { gateKeyThumbprint } };
    },
  ],
  ['a token that is altered', ({ known }) => ({ around: { token: altered(known.token) } })],
  [
    'the token of another transaction',
    async ({ visit }) => ({
      around: { token: (await authenticated(visit.terminal, visit.card)).known.token },
    }),
  ],
  [
    'another certificate than the token is for',
    async ({ visit }) => ({ around: { certificate: await visit.card.unknown() } }),
  ],
];

/** An authentication in this transaction that the card signed for another key than the visit's. */
function anotherKey({ terminal, card, transaction }: Visit) {
  const { gate, nonce } = new Visit(terminal, card);
  const authentication = encodeStatement({
    ...{ context: 'madoguchi/1 authentication', transaction, terminal: terminal.enrolled.terminal },
    ...{ challenge: randomBytes(32), gateKey: gate.coseKey, gateNonce: nonce },
  });
  const around = { authentication, authenticationSignature: card.sign(authentication) };
  return { around, gateKeyThumbprint: gate.thumbprint };
}

function altered(token: Buffer): Buffer {
  const other = Buffer.from(token);
  other[other.length - 1]! ^= 1;
  return other;
}

export const orderChecks: readonly HubCheck[] = [
  {
    name: 'the issuing service refuses an order of which a statement, signature or token is false',
    shows: ['MDG-H-044'],
    async run(rig) {
      await works(rig);
      for (const [what, lieOf] of lies) {
        const prepared = await before(rig);
        const { visit, known, order } = prepared;
        const answer = await visit.order(visit.sealedOrder(known, order, await lieOf(prepared)));
        expectRefused(answer, `an order with ${what}`);
      }
    },
  },
  {
    name: 'an order with the challenge of another transaction is refused',
    shows: ['MDG-H-044'],
    async run(rig) {
      await works(rig);
      const [one, other] = [await before(rig), await before(rig)];
      const { orderChallenge } = other.known;
      const sealed = one.visit.sealedOrder({ ...one.known, orderChallenge }, one.order);
      expectRefused(await one.visit.order(sealed), 'an order with the challenge of another transaction');
    },
  },
  {
    name: 'the challenge of an order is good once',
    shows: ['MDG-H-040'],
    async run(rig) {
      const { visit, known, order } = await before(rig);
      const sealed = visit.sealedOrder(known, order);
      await rig.begin(async () => expectKind(await visit.order(sealed), 'order', 'a right order'));
      expectRefused(await visit.order(sealed), 'the same order again, under a new id');
    },
  },
  {
    name: 'an order that is sealed to another municipality is refused',
    shows: ['MDG-H-049'],
    async run(rig) {
      await works(rig);
      const { visit, known, order } = await before(rig);
      const codes = Object.keys(visit.terminal.enrolled.hub.issuingSeal);
      const to = codes.find(code => code !== order.municipality);
      if (to === undefined) return rig.lacks('a second municipality in the key set');
      const sealed = visit.sealedOrder(known, order, { to });
      expectRefused(await visit.order(sealed), `an order of ${order.municipality} that is sealed to ${to}`);
    },
  },
  {
    name: 'an order whose fee is not the kind’s fee times the copies is refused',
    shows: ['MDG-H-050'],
    async run(rig) {
      await works(rig);
      const fees: [string, (order: Order) => Partial<Order>][] = [
        ['a fee of 1 yen more', ({ feeYen }) => ({ feeYen: feeYen + 1 })],
        ['two copies at the fee of one', ({ feeYen }) => ({ copies: 2, feeYen: feeYen === 0 ? 1 : feeYen })],
      ];
      for (const [what, change] of fees) {
        const { visit, known, order } = await before(rig);
        const wrong = { ...order, ...change(order) };
        expectRefused(await visit.order(visit.sealedOrder(known, wrong)), `an order with ${what}`);
      }
    },
  },
];
