// Ways in which a hub could issue another resident's document: it mixes up cards, records, terminals or questions.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDocument, readManifest } from '../../../agent/protocol/document.ts';
import type { OrderStatement } from '../../../agent/protocol/statement.ts';
import { readSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { hubName } from '../../../simulator/hub/broker.ts';
import { codesSchema, EnrolmentCodes } from '../../../simulator/hub/enrolment/codes.ts';
import { HubError } from '../../../simulator/hub/service/hub-error.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { makeTestCardAuthority } from './test-card.ts';
import { juminhyo } from './test-gate.ts';
import { authenticated, authority, card, refusedWith, start, terminal } from './world.ts';

const word = (change: Partial<OrderStatement['order']>) => ({ ...juminhyo, ...change });

test('a card of one resident is not bound to another resident', () => {
  const { registry } = start().cards;
  registry.register(card.certificate, 'm101');
  registry.register(card.certificate, 'm101'); // a repeated registration is no error
  assert.throws(
    () => registry.register(card.certificate, 'm102'),
    (error: Error) => error instanceof HubError && /another resident/.test(error.message),
  );
});

test('two cards with the same serial number, of two authorities with the same name, keep their own holders', async () => {
  const twin = await makeTestCardAuthority();
  const world = start([], [authority, twin]);
  const [mine, theirs] = [await authority.issue({ serial: '0107' }), await twin.issue({ serial: '0107' })];
  assert.is((await authenticated(world, 'm101', mine)).holder, 'm101');
  assert.is((await authenticated(world, 's101', theirs)).holder, 's101');
  world.cards.registry.revoke(theirs.certificate);
  await refusedWith('card/revoked', () => authenticated(world, 's101', theirs));
  assert.is((await authenticated(world, 'm101', mine)).holder, 'm101');
});

/** A file without the moment at which it was made, and the identifier that pdfkit makes of that. */
const undated = (pdf: Buffer): string =>
  pdf
    .toString('latin1')
    .replace(/\(D:[^)]*\)/g, '')
    .replace(/\/ID \[[^\]]*\]/, '');

test('orders of several residents and terminals at once: each gets the same pages as alone', async () => {
  const world = start();
  const residents = ['m101', 'm102', 'm201', 'm301', 'm302', 'm401'];
  const orders = await Promise.all(
    residents.map(async (resident, i) => {
      const at = i % 2 === 0 ? terminal : 'shibuya-1';
      const given = await authenticated(world, resident, await authority.issue(), at);
      return { at, ...given };
    }),
  );
  const order = async ({ gate, at, ...rest }: (typeof orders)[number]) => {
    const { transaction } = gate;
    await world.issuing.ask({ ask: 'order', terminal: at, transaction, sealed: gate.order(rest) });
    const pieces: Buffer[] = [];
    for (let offset = 0; ; offset += pieces.at(-1)!.length) {
      const piece = await world.issuing
        .ask({ ask: 'fetch', terminal: at, transaction, offset })
        .catch(() => undefined);
      if (!piece) break;
      pieces.push((piece as { chunk: Buffer }).chunk);
    }
    const { manifest, pdf } = openDocument(Buffer.concat(pieces), transaction, gate.key);
    return { ...readManifest(manifest, transaction, world.keys.issue.coseKey), pdf };
  };
  const together = await Promise.all(orders.map(order));
  for (const [i, { gate, at, holder, token }] of orders.entries()) {
    const { transaction } = gate;
    const own = readSubjectToken(token, transaction, world.keys.sign.coseKey);
    assert.equal(together[i]!.subject, own.subject);
    // the same transaction again, alone
    const again = await world.issuing.ask({ ask: 'orderChallenge', terminal: at, transaction, holder });
    const { challenge } = again as { challenge: Buffer };
    const alone = await order({ ...orders[i]!, challenge });
    assert.is(undated(alone.pdf), undated(together[i]!.pdf));
  }
});

test('no terminal is enrolled with the hub’s name or with an MQTT wildcard', () => {
  const database = openDatabase(':memory:', codesSchema);
  const codes = new EnrolmentCodes(database, Date.now);
  for (const name of [hubName, '+', '#', 'a/b', '']) assert.throws(() => codes.create(name, 1000));
  assert.is(codes.look(codes.create('mitaka-1', 1000), Buffer.alloc(32)).state, 'good');
  database.close();
});

for (const kind of ['constructor', 'toString', 'hasOwnProperty'])
  test(`${kind}, a property of every object, is no kind of certificate`, async () => {
    const world = start();
    const { gate, ...rest } = await authenticated(world, 'm101');
    const sealed = gate.order(rest, word({ kind, options: {} }));
    await refusedWith('hub/malformed', () =>
      world.issuing.ask({ ask: 'order', terminal, transaction: gate.transaction, sealed }),
    );
  });

test.run();
