// Checks of the card authentication service and of what comes with a known card: token, offer.
import { randomBytes } from 'node:crypto';
import { tokenChecks } from '../../agent/gate/transaction/checks.ts';
import { contextOf } from '../../agent/protocol/context.ts';
import { verify1 } from '../../agent/protocol/cose-sign1.ts';
import { isProtocolError } from '../../agent/protocol/error.ts';
import type { Answer } from '../../agent/protocol/exchange.ts';
import { readSubjectToken, type SubjectToken } from '../../agent/protocol/subject-token.ts';
import { Failure, needs } from '../check.ts';
import { expectKind, expectRefused, expectThat } from './answers.ts';
import type { HubCheck, HubRig } from './rig.ts';
import { type Authenticated, type AuthenticationLie, authenticated, Visit } from './visit.ts';

/** The answer to an authentication with this lie, in a transaction of its own. */
async function lied(rig: HubRig, lie: AuthenticationLie): Promise<Answer> {
  const visit = new Visit(await rig.terminal(), await rig.card());
  const challenge = await rig.begin(() => visit.challenge());
  return visit.authenticate(visit.sealedAuthentication(challenge, lie));
}

export const cardChecks: readonly HubCheck[] = [
  {
    name: 'challenges are random',
    shows: ['MDG-H-040'],
    async run(rig) {
      const [terminal, card] = [await rig.terminal(), await rig.card()];
      const given: string[] = [];
      for (let i = 0; i < 4; i++) given.push((await new Visit(terminal, card).challenge()).toString('hex'));
      expectThat(new Set(given).size === given.length, {
        ...{ sent: 'challenge of four transactions', expected: 'four challenges', came: 'one of them twice' },
      });
    },
  },
  {
    name: 'a challenge is good once, and for its own transaction',
    shows: ['MDG-H-040'],
    async run(rig) {
      const { visit } = await authenticated(await rig.terminal(), await rig.card());
      const [first, second] = [new Visit(visit.terminal, visit.card), new Visit(visit.terminal, visit.card)];
      const [mine, theirs] = [await first.challenge(), await second.challenge()];
      expectRefused(
        await first.authenticate(first.sealedAuthentication(theirs)),
        'authenticate with the challenge of another transaction',
      );
      expectRefused(
        await first.authenticate(first.sealedAuthentication(mine)),
        'authenticate with a challenge, after an attempt',
      );
      const third = new Visit(visit.terminal, visit.card);
      const sealed = third.sealedAuthentication(await third.challenge());
      await needs('an authenticated card', async () =>
        expectKind(await third.authenticate(sealed), 'authenticate', 'authenticate'),
      );
      expectRefused(
        await third.authenticate(sealed),
        'authenticate again, under a new id, with a challenge that was used',
      );
    },
  },
  {
    name: 'card authentication refuses certificates that are not good, and signatures that are not the card’s',
    shows: ['MDG-H-041'],
    async run(rig) {
      const card = await rig.card();
      await authenticated(await rig.terminal(), card);
      const lies: [string, AuthenticationLie][] = [
        [
          'a certificate of another authority of the same name',
          { around: { certificate: await card.foreign() } },
        ],
        ['bytes that are no certificate', { around: { certificate: Buffer.from('no certificate') } }],
        ['random bytes as signature', { around: { signature: randomBytes(256) } }],
        ['a signature of other bytes', { around: { signature: card.sign(randomBytes(32)) } }],
        ['a challenge that was not given', { statement: { challenge: randomBytes(32) } }],
        ['a statement of another transaction', { statement: { transaction: randomBytes(16) } }],
        ['a statement of another terminal', { statement: { terminal: 'another-terminal' } }],
      ];
      for (const [what, lie] of lies) expectRefused(await lied(rig, lie), `authenticate with ${what}`);
    },
  },
  {
    name: 'a certificate that the hub knows and that has run out is refused',
    shows: ['MDG-H-041'],
    async run(rig) {
      const card = await rig.card();
      if (!card.expired) return rig.lacks('expired.pem in --cards: make the folder anew');
      await authenticated(await rig.terminal(), card);
      const came = await lied(rig, { around: { certificate: card.expired } });
      expectRefused(came, 'authenticate with expired.pem of --cards');
    },
  },
  {
    name: 'a certificate that is revoked is refused',
    shows: ['MDG-H-041'],
    async run(rig) {
      const card = await rig.card();
      if (!card.revoked) return rig.lacks('revoked.pem in --cards: make the folder anew');
      await authenticated(await rig.terminal(), card);
      const came = await lied(rig, { around: { certificate: card.revoked } });
      expectRefused(came, 'authenticate with revoked.pem of --cards, which the hub has to have revoked');
    },
  },
  {
    name: 'a certificate of the authority that belongs to nobody is refused',
    shows: ['MDG-H-041'],
    async run(rig) {
      const card = await rig.card();
      await authenticated(await rig.terminal(), card);
      const came = await lied(rig, { around: { certificate: await card.unknown() } });
      expectRefused(came, 'authenticate with a good certificate that was never registered');
    },
  },
  {
    name: 'a known card gets a token for its certificate, the gate’s key and this transaction',
    shows: ['MDG-H-042'],
    async run(rig) {
      const [terminal, card] = [await rig.terminal(), await rig.card()];
      const tokens: SubjectToken[] = [];
      for (let i = 0; i < 2; i++) {
        const visit = new Visit(terminal, card);
        const challenge = await rig.begin(() => visit.challenge());
        const sent = 'authenticate with the known card';
        const answer = await visit.authenticate(visit.sealedAuthentication(challenge));
        tokens.push(tokenOf(visit, expectKind(answer, 'authenticate', sent)));
      }
      const [first, second] = tokens as [SubjectToken, SubjectToken];
      expectThat(!first.subject.equals(second.subject), {
        ...{
          sent: 'authenticate with one card in two transactions',
          expected: 'two pseudonyms',
          came: 'one',
        },
      });
    },
  },
  {
    name: 'an offer has kinds and relations, and no field for a name or an address',
    shows: ['MDG-H-043'],
    async run(rig) {
      const [terminal, card] = [await rig.terminal(), await rig.card()];
      const since = terminal.received.length;
      await authenticated(terminal, card).catch(error => error);
      const { reply } = terminal.topics;
      const offers = terminal.received
        .slice(since)
        .filter(({ topic }) => topic === reply)
        .flatMap(({ message }) =>
          offerIn(verify1(message, terminal.enrolled.hub.hub, contextOf.topic(reply))),
        );
      const [offer] = offers;
      if (!offer) return rig.lacks('an offer, which comes with an authenticated card');
      const fields = [...Object.keys(offer), ...offer.members.flatMap(member => Object.keys(member))];
      const known = ['municipality', 'kinds', 'members', 'number', 'relation', 'nth', 'self'];
      const more = fields.filter(field => !known.includes(field));
      const relations = ['head', 'spouse', 'child', 'parent', 'other'];
      const free = offer.members
        .map(({ relation }) => relation)
        .filter(one => !relations.includes(String(one)));
      expectThat(more.length + free.length === 0, {
        ...{ sent: 'authenticate with the known card', expected: 'an offer of the contract' },
        came: more.length > 0 ? `the fields ${more.join(', ')}` : 'a relation in free text',
      });
    },
  },
];

interface LooseOffer {
  members: Record<string, unknown>[];
}

function offerIn(body: unknown): LooseOffer[] {
  const { answer } = body as { answer?: { offer?: LooseOffer } };
  return Array.isArray(answer?.offer?.members) ? [answer.offer] : [];
}

/** The token, which must fit the visit as the gate compares it. Errors: Failure. */
export function tokenOf(visit: Visit, { token }: Authenticated): SubjectToken {
  const { terminal, hub } = visit.terminal.enrolled;
  const { transaction, nonce } = visit;
  const sent = 'authenticate with the known card';
  try {
    const read = readSubjectToken(token, transaction, hub.cardAuthentication);
    const own = { transaction, terminal, nonce, keyThumbprint: visit.gate.thumbprint };
    const context = { own, certificate: visit.card.certificate, token: read };
    const wrong = tokenChecks.find(check => !check.holds(context));
    if (wrong)
      throw new Failure({
        sent,
        expected: 'a token that the gate takes',
        came: `one that it refuses: ${wrong.code}`,
      });
    return read;
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    throw new Failure({
      sent,
      expected: 'a token of the card authentication service',
      came: `${error.code} ${error.path ?? ''}`,
    });
  }
}
