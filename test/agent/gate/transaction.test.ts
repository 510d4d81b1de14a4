import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { recipientOf } from '../../../agent/protocol/cose-encrypt.ts';
import { documentLimit } from '../../../agent/protocol/document.ts';
import { openAuthentication, openOrder } from '../../../agent/protocol/sealed-request.ts';
import { readOrderStatement } from '../../../agent/protocol/statement.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { codeOf } from '../../refusal.ts';
import { authenticated, checked, ordered, put, type Rig, rig } from './gate-rig.ts';
import { certificate, keys, makePdf, manifestFor, order, otherCity, seal, tokenFor } from './services.ts';

const job = (b: Rig) => b.call('createJob', { transaction: b.transaction });
const print = (b: Rig, timeoutMs = 1000) => b.call('print', { transaction: b.transaction, timeoutMs });

test('the issuing service gets the order, both statements and the token; the agent gets no certificate', async () => {
  const b = rig();
  await b.call('open', { transaction: b.transaction });
  const read = await b.call('readCard', { transaction: b.transaction });
  assert.equal(read, { profile: 'mynumber', triesLeft: 3 });
  const again = rig();
  const asked = await authenticated(again);
  const token = tokenFor(asked);
  const challenge = randomBytes(32);
  const params = { transaction: again.transaction, token, challenge, order };
  const { sealed } = await again.call('order', params);
  assert.is(await codeOf(again.call('order', params)), 'gate/sequence', 'one order in a transaction');
  const request = openOrder(sealed, asked.transaction, keys.issuingSeal);
  assert.equal(request.certificate, certificate);
  assert.equal(request.token, token);
  const statement = readOrderStatement(request.statement);
  assert.equal([statement.order, statement.challenge], [order, challenge]);
  assert.equal(statement.gateKeyThumbprint, asked.gateKey);
});

test('an order goes to the ordered municipality’s service, and to no service where the key set has none', async () => {
  const b = rig();
  const asked = await authenticated(b);
  const params = { transaction: b.transaction, token: tokenFor(asked), challenge: randomBytes(32) };
  b.native.answers.sign = () => assert.unreachable('the card was asked') as never;
  const unserved = { ...order, municipality: '271004' };
  assert.is(await codeOf(b.call('order', { ...params, order: unserved })), 'gate/orderUnserved');
  b.native.answers.sign = async () => ({ algorithm: -257, signature: Buffer.alloc(256) });
  const { sealed } = await b.call('order', { ...params, order: { ...order, municipality: otherCity } });
  assert.equal(recipientOf(sealed), keys.otherIssuingSeal.thumbprint);
});

test('what a card signs by another algorithm goes to the services as it is, with its algorithm', async () => {
  const b = rig();
  const { transaction } = b;
  const signed = { algorithm: -35 as const, signature: randomBytes(96) };
  b.native.answers.sign = async () => signed;
  await b.call('open', { transaction });
  await b.call('readCard', { transaction });
  const { sealed } = await b.call('authenticate', { transaction, challenge: randomBytes(32) });
  const id = Buffer.from(transaction, 'hex');
  const { algorithm, signature } = openAuthentication(sealed, id, keys.cardAuthenticationSeal);
  assert.equal({ algorithm, signature }, signed);
});

test('nothing comes before its turn', async () => {
  const b = rig();
  const { transaction } = b;
  const challenge = randomBytes(32);
  assert.is(await codeOf(b.call('readCard', { transaction })), 'gate/noTransaction');
  await b.call('open', { transaction });
  assert.is(await codeOf(b.call('open', { transaction: '0'.repeat(32) })), 'gate/transactionOpen');
  assert.is(await codeOf(b.call('authenticate', { transaction, challenge })), 'gate/sequence');
  const token = randomBytes(9);
  assert.is(await codeOf(b.call('order', { transaction, token, challenge, order })), 'gate/sequence');
  const piece = { transaction, offset: 0, size: 1, chunk: Buffer.alloc(1) };
  assert.is(await codeOf(b.call('putDocument', piece)), 'gate/sequence');
  assert.is(await codeOf(b.call('check', { transaction })), 'gate/documentIncomplete');
  assert.is(await codeOf(job(b)), 'gate/notChecked');
  assert.is(await codeOf(print(b)), 'gate/notChecked');
});

test('an order that breaks the contract is refused before the card signs it', async () => {
  const b = rig();
  await b.call('open', { transaction: b.transaction });
  await b.call('readCard', { transaction: b.transaction });
  await b.call('authenticate', { transaction: b.transaction, challenge: randomBytes(32) });
  b.native.answers.sign = () => assert.unreachable('the card was asked') as never;
  const params = { transaction: b.transaction, token: randomBytes(9), challenge: randomBytes(32) };
  assert.is(await codeOf(b.call('order', { ...params, order: { ...order, copies: 0 } })), 'gate/orderSchema');
});

test('a document goes on where it stopped; a gap, another size and too much are refused', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked, { pages: 3 });
  const sealed = seal(asked, manifestFor(asked, pdf, 3), pdf);
  const { transaction } = b;
  const size = sealed.length;
  const send = (from: number, to: number, announced = size) =>
    b.call('putDocument', { transaction, offset: from, size: announced, chunk: sealed.subarray(from, to) });
  assert.equal(await send(0, 1000), { received: 1000 });
  assert.equal(await send(0, 1000), { received: 1000 }, 'taken before');
  assert.is(await codeOf(send(1001, 1100)), 'gate/documentGap');
  assert.is(await codeOf(send(1000, 1100, size + 1)), 'gate/documentSize');
  assert.is(await codeOf(b.call('check', { transaction })), 'gate/documentIncomplete');
  assert.equal(await send(900, 1500), { received: 1500 }, 'overlapping');
  await put(b, sealed);
  assert.equal(await b.call('check', { transaction }), { pages: 3, copies: 2 });
  const other = rig();
  await ordered(other);
  const tooLong = {
    transaction: other.transaction,
    offset: 0,
    size: documentLimit + 1,
    chunk: Buffer.alloc(1),
  };
  assert.is(await codeOf(other.call('putDocument', tooLong)), 'gate/documentSize');
});

test('after a refused document no other is taken in this transaction', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  const good = manifestFor(asked, pdf);
  await put(b, seal(asked, { ...good, pages: 9 }, pdf));
  assert.is(await codeOf(b.call('check', { transaction: b.transaction })), 'gate/pageCount');
  assert.is(await codeOf(put(b, seal(asked, good, pdf))), 'gate/sequence');
});

test('print asked again gives the same outcome and prints nothing', async () => {
  const b = rig();
  await checked(b);
  await job(b);
  const [first, second] = await Promise.all([print(b), print(b)]);
  assert.equal(first.evidence, second.evidence);
  assert.equal((await print(b)).evidence, first.evidence);
  assert.is(await codeOf(job(b)), 'gate/printedBefore');
  assert.equal([b.printer.jobs.length, b.printer.documents.length], [1, 1]);
});

test('closing what is not open is no error; closing cancels an unused job', async () => {
  const b = rig();
  await b.call('close', { transaction: b.transaction, evidenceReceived: true });
  await checked(b);
  await job(b);
  await b.call('close', { transaction: '0'.repeat(32), evidenceReceived: true });
  assert.equal(b.printer.canceled, []);
  await b.call('close', { transaction: b.transaction, evidenceReceived: true });
  assert.equal([b.printer.canceled, b.printer.documents.length], [[1], 0]);
  await b.call('open', { transaction: b.transaction });
});

test('a command that is running when its transaction is closed brings nothing', async () => {
  const b = rig();
  await b.call('open', { transaction: b.transaction });
  const { promise, resolve } = Promise.withResolvers<void>();
  const { readCard } = b.native.answers;
  b.native.answers.readCard = () => promise.then(() => readCard!());
  const reading = codeOf(b.call('readCard', { transaction: b.transaction }));
  assert.is(await codeOf(b.call('readCard', { transaction: b.transaction })), 'gate/busy');
  await b.call('close', { transaction: b.transaction, evidenceReceived: true });
  await b.call('open', { transaction: '1'.repeat(32) });
  resolve();
  assert.is(await reading, 'gate/noTransaction');
  assert.is(b.session.of('1'.repeat(32)).certificate, undefined);
});

test('status reports the devices as offline while the native process is away', async () => {
  const b = rig();
  b.native.online = false;
  b.native.answers.status = async () => {
    throw new MadoguchiError('gate/nativeAway', 'away', 'wait');
  };
  const status = await b.call('status', {});
  assert.equal([status.native, status.card.online, status.page.ready], [false, false, true]);
});

test.run();
