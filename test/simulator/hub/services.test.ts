// Card authentication, card standard system and issuing service, alone and together: their answers and refusals.
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { chunkLimit, openDocument, readManifest } from '../../../agent/protocol/document.ts';
import type { OrderStatement } from '../../../agent/protocol/statement.ts';
import { readSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { makeCardStandard } from '../../../simulator/hub/card-standard/service.ts';
import { draw, makeDocument, seal } from '../../../simulator/hub/issuing/make-document.ts';
import { takeOrder } from '../../../simulator/hub/issuing/service.ts';
import type { IssuingBehaviour } from '../../../simulator/hub/issuing/state.ts';
import { HubError } from '../../../simulator/hub/service/hub-error.ts';
import { makeTestCardAuthority } from './test-card.ts';
import { juminhyo, makeTestGate } from './test-gate.ts';
import {
  authenticated,
  authority,
  card,
  challengeOf,
  refusedWith,
  start,
  terminal,
  type World,
} from './world.ts';

const stranger = await makeTestCardAuthority('Another authority');
const [expired, other, foreign] = await Promise.all([
  authority.issue({ days: [-300, -1] }),
  authority.issue(),
  stranger.issue(),
]);
test('a good card gets a token that names its certificate, the gate key and a pseudonym of this transaction', async () => {
  const world = start();
  const { gate, token, holder } = await authenticated(world, 'm101');
  const read = readSubjectToken(token, gate.transaction, world.keys.sign.coseKey);
  assert.is(holder, 'm101');
  assert.equal(read.certificateDigest, createHash('sha256').update(card.certificate).digest());
  assert.equal(read.gateKeyThumbprint, gate.key.thumbprint);
  const again = await authenticated(world, 'm101');
  const second = readSubjectToken(again.token, again.gate.transaction, world.keys.sign.coseKey);
  assert.not.equal(read.subject, second.subject);
});

const authenticationRefusals: [string, (world: World) => Promise<unknown>][] = [
  ['card/untrusted', world => authenticated(world, 'm101', foreign)],
  ['card/expired', world => authenticated(world, 'm101', expired)],
  [
    'card/revoked',
    world => {
      world.cards.registry.revoke(card.certificate);
      return authenticated(world, 'm101');
    },
  ],
  ['card/unknown', world => authenticate(world, gate => gate.authenticate)],
  [
    'card/algorithm',
    world => authenticated(world, 'm101', { ...card, algorithm: -7, sign: () => randomBytes(64) }),
  ],
  ['card/signature', world => authenticate(world, gate => (c, s) => gate.authenticate(c, s, {}, other))],
  ['card/challenge', world => authenticate(world, gate => (_, s) => gate.authenticate(randomBytes(32), s))],
  [
    'card/statement',
    world => authenticate(world, gate => (c, s) => gate.authenticate(c, s, { transaction: randomBytes(16) })),
  ],
  [
    'card/statement',
    world => authenticate(world, gate => (c, s) => gate.authenticate(c, s, { terminal: 'other' })),
  ],
  ['hub/malformed', world => authenticate(world, gate => c => gate.authenticate(c, newKeyPair().coseKey))],
];

type Gate = ReturnType<typeof makeTestGate>;

async function authenticate(world: World, how: (gate: Gate) => Gate['authenticate']) {
  const gate = makeTestGate(card, terminal);
  const { transaction } = gate;
  const sealed = how(gate)(await challengeOf(world, transaction), world.keys.seal.coseKey);
  return world.cards.ask({ ask: 'authenticate', terminal, transaction, sealed });
}

for (const [code, work] of authenticationRefusals)
  test(`card authentication refuses: ${code}`, () => refusedWith(code, () => work(start())));

test('a challenge is valid once, for its terminal, and for a limited time', async () => {
  const world = start();
  world.cards.registry.register(card.certificate, 'm101');
  const gate = makeTestGate(card, terminal);
  const { transaction } = gate;
  const sealed = gate.authenticate(await challengeOf(world, transaction), world.keys.seal.coseKey);
  const ask = (at: string) => world.cards.ask({ ask: 'authenticate', terminal: at, transaction, sealed });
  await refusedWith('card/challenge', () => ask('another'));
  await refusedWith('card/challenge', () => ask(terminal)); // the previous attempt has used it
  const late = gate.authenticate(await challengeOf(world, transaction), world.keys.seal.coseKey);
  world.pass(2 * longest.hubMs + longest.deviceMs);
  await refusedWith('card/challenge', () =>
    world.cards.ask({ ask: 'authenticate', terminal, transaction, sealed: late }),
  );
});

/** The longest waits that a configuration may have, in ms. */
const longest = { hubMs: 120_000, deviceMs: 120_000, choiceMs: 600_000 };

test('a challenge is valid for as long as any configuration lets a resident and a slow line take', async () => {
  const { hubMs, deviceMs, choiceMs } = longest;
  const world = start();
  const { cards, keys, pass } = world;
  cards.registry.register(card.certificate, 'm101');
  const gate = makeTestGate(card, terminal);
  const { transaction } = gate;
  const first = await challengeOf(world, transaction);
  pass(2 * hubMs + deviceMs - 1);
  const sealed = gate.authenticate(first, keys.seal.coseKey);
  assert.ok(await cards.ask({ ask: 'authenticate', terminal, transaction, sealed }));
  for (const [ms, isGood] of [
    [2 * choiceMs + deviceMs + 2 * hubMs - 1, true],
    [2 * choiceMs + deviceMs + 2 * hubMs, false],
  ] as const) {
    const { gate, ...given } = await authenticated(world, 'm101');
    pass(ms);
    const order = {
      ask: 'order',
      terminal,
      transaction: gate.transaction,
      sealed: gate.order(given),
    } as const;
    if (isGood) assert.is((await world.issuing.ask(order))?.answer, 'order');
    else await refusedWith('issuing/challenge', () => world.issuing.ask(order));
  }
});

test('the card standard system offers kinds and relations in the household, and no name', async () => {
  const standard = makeCardStandard({ now: () => 0, wall: () => Date.now() });
  const answer = await standard.ask({ ask: 'offer', holder: 's103' });
  const offer = answer?.answer === 'offer' ? answer.offer : undefined;
  assert.is(offer?.municipality, '131130');
  assert.equal(offer?.kinds, ['juminhyo', 'koseki']);
  assert.equal(
    offer?.members.map(({ relation, nth, self }) => `${relation} ${nth}${self ? ' self' : ''}`),
    ['head 1', 'spouse 1', 'child 1 self', 'child 2', 'parent 1'],
  );
  await refusedWith('standard/unknown', () => standard.ask({ ask: 'offer', holder: 'nobody' }));
});

test('an order that is sealed to another municipality’s service is refused there, and so is one to a municipality without a service', async () => {
  for (const [service, code] of [
    [(world: World) => world.keys.other.seal.coseKey, 'issuing/municipality'],
    [(world: World) => world.keys.seal.coseKey, 'hub/malformed'],
  ] as const) {
    const world = start();
    const { gate, ...rest } = await authenticated(world, 'm102');
    const sealed = gate.order({ ...rest, service: service(world) });
    const { transaction } = gate;
    await refusedWith(code, () => world.issuing.ask({ ask: 'order', terminal, transaction, sealed }));
  }
});

test('an order is rendered, sealed to the gate, and bound to transaction, order, nonce and subject', async () => {
  const world = start();
  const { gate, ...rest } = await authenticated(world, 'm102');
  const { transaction } = gate;
  const made = await world.issuing.ask({ ask: 'order', terminal, transaction, sealed: gate.order(rest) });
  const { size, digest } = made as { size: number; digest: Buffer };
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < size; ) {
    const piece = await world.issuing.ask({ ask: 'fetch', terminal, transaction, offset });
    const { chunk } = piece as { chunk: Buffer };
    assert.ok(chunk.length <= chunkLimit);
    chunks.push(chunk);
    offset += chunk.length;
  }
  const sealed = Buffer.concat(chunks);
  assert.equal(createHash('sha256').update(sealed).digest(), digest);
  const document = openDocument(sealed, transaction, gate.key);
  const manifest = readManifest(document.manifest, transaction, world.keys.issue.coseKey);
  const token = readSubjectToken(rest.token, transaction, world.keys.sign.coseKey);
  assert.equal(manifest.subject, token.subject);
  assert.equal(manifest.gateNonce, gate.nonce);
  assert.equal(manifest.order, juminhyo);
  assert.equal(manifest.pdfDigest, createHash('sha256').update(document.pdf).digest());
});

const order = (change: Partial<OrderStatement['order']>) => ({ ...juminhyo, ...change });
const options = (change: Record<string, string | number[]>) =>
  order({ options: { ...juminhyo.options, ...change } });

/** Code, resident, order, and false values in the gate's statement. */
const orderRefusals: [string, string, OrderStatement['order'], Partial<OrderStatement>?][] = [
  ['issuing/moved', 'm601', juminhyo],
  ['issuing/protected', 'm501', juminhyo],
  ['issuing/minor', 'm104', juminhyo],
  ['issuing/noRecord', 'm202', order({ kind: 'zei', options: { year: 'reiwa8' } })],
  ['issuing/municipality', 'm101', order({ municipality: '131130' })],
  ['issuing/kind', 'm101', order({ kind: 'gaikokujin', options: {} })],
  ['issuing/paper', 'm101', order({ sides: 'two-sided-long-edge' })],
  ['issuing/fee', 'm101', order({ feeYen: 100 })],
  ['issuing/paper', 'm101', order({ sides: 'two-sided-long-edge' })],
  ['issuing/fee', 'm101', order({ copies: 2 })],
  ['issuing/copies', 'm101', order({ copies: 11, feeYen: 2200 })],
  ['issuing/options', 'm101', order({ options: { scope: 'household' } })],
  ['issuing/options', 'm101', options({ relation: 'maybe' })],
  ['issuing/options', 'm101', options({ more: 'shown' })],
  ['issuing/options', 'm101', options({ members: [1] })],
  ['issuing/options', 'm101', options({ scope: 'members' })],
  ['issuing/options', 'm101', options({ scope: 'members', members: [4] })],
  ['issuing/options', 'm101', options({ scope: 'members', members: [1, 1] })],
  ['issuing/glyph', 's201', order({ municipality: '131130', feeYen: 250 })],
  ['issuing/challenge', 'm101', juminhyo, { challenge: randomBytes(32) }],
  ['issuing/statement', 'm101', juminhyo, { transaction: randomBytes(16) }],
  ['issuing/statement', 'm101', juminhyo, { terminal: 'another' }],
  ['issuing/statement', 'm101', juminhyo, { gateKeyThumbprint: randomBytes(32) }],
];

for (const [index, [code, resident, wanted, lie]] of orderRefusals.entries())
  test(`issuing refuses (${index}): ${code}`, async () => {
    const world = start();
    const { gate, ...rest } = await authenticated(world, resident);
    const other = wanted.municipality === '131130' && world.keys.other.seal.coseKey;
    const sealed = gate.order({ ...rest, ...(other && { service: other }) }, wanted, lie);
    await refusedWith(code, () =>
      world.issuing.ask({ ask: 'order', terminal, transaction: gate.transaction, sealed }),
    );
    assert.is(world.issuing.held, 0);
  });

test('issuing refuses a signature of another card or algorithm, and a token that is not its own', async () => {
  const world = start();
  const first = await authenticated(world, 'm101');
  const ask = (gate: Gate, sealed: Buffer) =>
    world.issuing.ask({ ask: 'order', terminal, transaction: gate.transaction, sealed });
  await refusedWith('issuing/signature', () => ask(first.gate, first.gate.order(first, juminhyo, {}, other)));
  const ec = { ...card, algorithm: -7 as const };
  const zeroth = await authenticated(world, 'm101');
  await refusedWith('issuing/algorithm', () => ask(zeroth.gate, zeroth.gate.order(zeroth, juminhyo, {}, ec)));
  const second = await authenticated(world, 'm101');
  const third = await authenticated(world, 'm101');
  await refusedWith('issuing/token', () =>
    ask(second.gate, second.gate.order({ ...second, token: third.token })),
  );
});

test('issuing refuses if the hub names another resident than the token', async () => {
  const world = start();
  const { gate, ...rest } = await authenticated(world, 'm101');
  const { transaction } = gate;
  const again = await world.issuing.ask({ ask: 'orderChallenge', terminal, transaction, holder: 'm102' });
  const sealed = gate.order({ ...rest, challenge: (again as { challenge: Buffer }).challenge });
  await refusedWith('issuing/subject', () =>
    world.issuing.ask({ ask: 'order', terminal, transaction, sealed }),
  );
});

test('a planted mix-up of records changes the stamped pseudonym, so a gate can detect it', async () => {
  const mixUp: IssuingBehaviour = (question, state) =>
    takeOrder(question, {
      ...state,
      make: (verified, _, given) => makeDocument(verified, state.register.find('m201')!, given),
    });
  const world = start([mixUp]);
  const { gate, ...rest } = await authenticated(world, 'm101');
  const { transaction } = gate;
  await world.issuing.ask({ ask: 'order', terminal, transaction, sealed: gate.order(rest) });
  const piece = await world.issuing.ask({ ask: 'fetch', terminal, transaction, offset: 0 });
  const document = openDocument((piece as { chunk: Buffer }).chunk, transaction, gate.key);
  const { subject } = readManifest(document.manifest, transaction, world.keys.issue.coseKey);
  assert.not.equal(subject, readSubjectToken(rest.token, transaction, world.keys.sign.coseKey).subject);
});

test('a file that is not the one that the renderer closed is not signed', async () => {
  let refused: unknown;
  const world = start([
    (question, state) =>
      takeOrder(question, {
        ...state,
        make: async (verified, entry, given) => {
          const mine = await draw(verified, [entry], given);
          const { pdf } = await draw(verified, [state.register.find('m201')!], given);
          try {
            seal(verified, { ...mine, pdf }, given);
          } catch (error) {
            refused = error;
          }
          return seal(verified, mine, given);
        },
      }),
  ]);
  const { gate, ...rest } = await authenticated(world, 'm101');
  await world.issuing.ask({
    ask: 'order',
    terminal,
    transaction: gate.transaction,
    sealed: gate.order(rest),
  });
  assert.instance(refused, HubError);
});

test('a document is held for its terminal only, and for a limited time', async () => {
  const world = start();
  const make = async () => {
    const { gate, ...rest } = await authenticated(world, 'm101');
    const { transaction } = gate;
    await world.issuing.ask({ ask: 'order', terminal, transaction, sealed: gate.order(rest) });
    return (at: string, offset = 0) => world.issuing.ask({ ask: 'fetch', terminal: at, transaction, offset });
  };
  const fetch = await make();
  await refusedWith('issuing/gone', () => fetch('another'));
  await refusedWith('issuing/gone', () => fetch(terminal, 1 << 24));
  assert.ok(await fetch(terminal));
  world.pass(1000);
  await refusedWith('issuing/gone', () => fetch(terminal));
  assert.is(world.issuing.held, 0);
});

test.run();
