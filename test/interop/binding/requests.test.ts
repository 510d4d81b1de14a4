// What the services behind the virtual hub take: the card's statements, the sealed requests, the token, a claim. Each field is changed, and
// the card, the service or the terminal rightly signs again.
import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import { decode, encode, type Value } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { encrypt } from '../../../agent/protocol/cose-encrypt.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Claim, encodeClaim, readGrant } from '../../../agent/protocol/enrolment.ts';
import { openAuthentication, openOrder } from '../../../agent/protocol/sealed-request.ts';
import type { AuthenticationStatement, OrderStatement } from '../../../agent/protocol/statement.ts';
import { readSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { makeTerminalKeys } from '../../../provisioning/enrolment/terminal-keys.ts';
import { codesSchema, EnrolmentCodes } from '../../../simulator/hub/enrolment/codes.ts';
import { decide } from '../../../simulator/hub/enrolment/decide-claim.ts';
import { makeAuthority } from '../../../simulator/hub/keys/authority.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { Terminals, terminalsSchema } from '../../../simulator/hub/store/terminals.ts';
import { juminhyo, makeTestGate } from '../../simulator/hub/test-gate.ts';
import { authenticated, card, challengeOf, start, terminal } from '../../simulator/hub/world.ts';
import { bind, free } from './fields.ts';

/** Fields of `changed` that differ from those of `body`. */
const lie = <B extends object>(body: B, changed: B): Partial<B> =>
  Object.fromEntries(
    Object.entries(changed).filter(([name, value]) => value !== body[name as keyof B]),
  ) as Partial<B>;

const world = start();
world.cards.registry.register(card.certificate, 'm101');
const theGates = free('the gate’s own, which it made for this transaction');

/** Authenticates a new transaction, with the statement and the request as `change` makes them. */
async function authenticate(
  statement: Partial<AuthenticationStatement>,
  change: (request: Value) => Value = request => request,
): Promise<void> {
  const gate = makeTestGate(card, terminal);
  const { transaction } = gate;
  const { seal } = world.keys;
  const given = gate.authenticate(await challengeOf(world, transaction), seal.coseKey, statement);
  const request = change(openAuthentication(given, transaction, seal) as Value);
  const sealed = encrypt(encode(request), seal.coseKey, contextOf.authentication(transaction));
  await world.cards.ask({ ask: 'authenticate', terminal, transaction, sealed });
}

const authentication: AuthenticationStatement = {
  context: 'madoguchi/1 authentication',
  transaction: randomBytes(16),
  terminal,
  challenge: randomBytes(32),
  gateKey: newKeyPair().coseKey,
  gateNonce: randomBytes(32),
};
bind({
  name: 'authentication statement',
  of: 'authentication statement',
  body: authentication,
  take: body => authenticate(lie(authentication, body)),
  other: { gateKey: newKeyPair().coseKey as Value },
  fields: {
    context: 'hub/malformed context',
    transaction: 'card/statement',
    terminal: 'card/statement',
    challenge: 'card/challenge',
    gateKey: theGates,
    gateNonce: theGates,
  },
});

const flipped = (bytes: Buffer) =>
  Buffer.from(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)));
const flip = (names: Record<string, boolean>) => (request: Value) =>
  Object.fromEntries(
    Object.entries(request as Record<string, Buffer | number>).map(([name, value]) => [
      name,
      names[name] ? (typeof value === 'number' ? es256 : flipped(value)) : value,
    ]),
  );
const es256 = -7;
bind({
  name: 'authentication request',
  of: 'authentication',
  body: { statement: false, algorithm: false, signature: false, certificate: false },
  take: body => authenticate({}, flip(body)),
  fields: {
    statement: 'card/statement',
    algorithm: 'card/algorithm',
    signature: 'card/signature',
    certificate: 'card/untrusted',
  },
});

/** Orders in a new transaction, with statement, request and token as they are changed. */
async function ordered(
  statement: Partial<OrderStatement>,
  change: (request: Value) => Value = request => request,
  tokenOf: (token: Buffer, transaction: Buffer) => Buffer = token => token,
): Promise<void> {
  const { gate, ...given } = await authenticated(world, 'm101');
  const { transaction } = gate;
  const token = tokenOf(given.token, transaction);
  const made = gate.order({ ...given, token }, juminhyo, statement);
  const { issueSeal } = world.keys;
  const request = change(openOrder(made, transaction, issueSeal) as Value);
  const sealed = encrypt(encode(request), issueSeal.coseKey, contextOf.order(transaction));
  await world.issuing.ask({ ask: 'order', terminal, transaction, sealed });
}

const order: OrderStatement = {
  context: 'madoguchi/1 order',
  transaction: randomBytes(16),
  terminal,
  challenge: randomBytes(32),
  gateKeyThumbprint: randomBytes(32),
  order: juminhyo,
};
bind({
  name: 'order statement',
  of: 'order statement',
  body: order,
  take: body => ordered(lie(order, body)),
  other: {
    'order.municipality': '131130',
    'order.kind': 'inkan',
    'order.options.scope': 'members',
    'order.options.relation': 'hidden',
    'order.options.honseki': 'shown',
    'order.media': 'iso_a5_148x210mm',
    'order.sides': 'two-sided-long-edge',
  },
  fields: {
    context: 'hub/malformed context',
    transaction: 'issuing/statement',
    terminal: 'issuing/statement',
    challenge: 'issuing/challenge',
    gateKeyThumbprint: 'issuing/statement',
    'order.municipality': 'issuing/municipality',
    'order.kind': 'issuing/options',
    'order.options.scope': 'issuing/options',
    'order.options.relation': free('the resident’s choice, among those of the catalogue'),
    'order.options.honseki': free('the resident’s choice'),
    'order.copies': 'issuing/fee',
    'order.feeYen': 'issuing/fee',
    'order.media': 'issuing/paper',
    'order.sides': 'issuing/paper',
  },
});
bind({
  name: 'order request',
  of: 'order',
  body: {
    ...{ statement: false, signature: false, authentication: false, authenticationSignature: false },
    ...{ algorithm: false, certificate: false, token: false },
  },
  take: body => ordered({}, flip(body)),
  fields: {
    statement: 'issuing/statement',
    algorithm: 'issuing/algorithm',
    signature: 'issuing/signature',
    authentication: 'issuing/statement',
    authenticationSignature: 'issuing/signature',
    certificate: 'issuing/token',
    token: 'issuing/token',
  },
});

const token = {
  ...{ transaction: randomBytes(16), terminal, certificateDigest: randomBytes(32) },
  ...{ gateKeyThumbprint: randomBytes(32), subject: randomBytes(16) },
};
bind({
  name: 'subject token, at the issuing service',
  of: 'subject',
  body: token,
  take: body =>
    ordered(
      {},
      request => request,
      (given, transaction) => {
        const right = readSubjectToken(given, transaction, world.keys.sign.coseKey);
        return sign1({ ...right, ...lie(token, body) }, world.keys.sign, contextOf.subject(transaction));
      },
    ),
  fields: {
    transaction: 'issuing/token',
    terminal: 'issuing/token',
    certificateDigest: 'issuing/token',
    gateKeyThumbprint: 'issuing/token',
    subject: 'issuing/subject',
  },
});

const keys = await makeTerminalKeys();
const database = openDatabase(':memory:', `${terminalsSchema};${codesSchema}`);
const codes = new EnrolmentCodes(database, () => 1);
const desk = {
  ...{ database, codes, terminals: new Terminals(database) },
  link: await makeAuthority('Test link', newKeyPair(), Date.now),
  grantFor: () => ({
    broker: 'mqtts://127.0.0.1:8883',
    keySet: randomBytes(1),
    configuration: randomBytes(1),
  }),
};
const claim: Claim = {
  code: '00000-00000-00000-00000-00000',
  certificateRequest: keys.certificateRequest,
  agentKey: keys.agent.coseKey,
  gateKey: keys.gate.coseKey,
};
bind({
  name: 'claim',
  of: 'claim',
  body: claim,
  take: body => {
    const code = body.code === claim.code ? codes.create(terminal, 1000) : body.code; // each is good once
    return decide(encodeClaim({ ...body, code }, keys.agent, keys.gate), desk);
  },
  other: { agentKey: newKeyPair().coseKey as Value, gateKey: newKeyPair().coseKey as Value },
  fields: {
    code: 'enrolment/unknownCode',
    certificateRequest: 'enrolment/badRequest',
    agentKey: 'enrolment/badClaim',
    gateKey: 'enrolment/badClaim',
  },
});

// what is around the claim has no field of its own that says anything
bind({
  name: 'enrolment',
  of: 'enrolment',
  body: { byAgent: false, byGate: false },
  take: body => {
    const code = codes.create(terminal, 1000);
    const right = decode(encodeClaim({ ...claim, code }, keys.agent, keys.gate)) as Value;
    return decide(encode(flip(body)(right)), desk);
  },
  fields: { byAgent: 'enrolment/badClaim', byGate: 'enrolment/badClaim' },
});

bind({
  name: 'enrolment refusal',
  of: 'enrolment refusal',
  body: { refused: 'enrolment/used', path: 'claim' },
  take: body => readGrant(encode(body)),
  fields: {
    refused: free('the message itself: the installer reads it'),
    path: free('the message itself: the installer reads it'),
  },
});

test.run();
