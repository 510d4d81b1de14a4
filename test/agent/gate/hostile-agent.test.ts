// An agent under an attacker's control: commands out of order, at the same time, too late, and with another card.
import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PrinterJob } from '../../../drivers/contract/page.ts';
import { settle } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';
import { checked, ordered, put, type Rig, rig } from './gate-rig.ts';
import { makePdf, manifestFor, order, seal, tokenFor } from './services.ts';

const zeroed = (bytes: Buffer): boolean => bytes.every(byte => byte === 0);
const transactionOf = (b: Rig) => ({ transaction: b.transaction });

test('a print asked for while its transaction is being closed sends nothing', async () => {
  const b = rig();
  await checked(b);
  const made = Promise.withResolvers<PrinterJob>();
  const given = Promise.withResolvers<void>();
  b.printer.createJob = () => made.promise;
  b.printer.cancelJob = () => given.promise;
  const job = codeOf(b.call('createJob', transactionOf(b)));
  const closing = b.call('close', { ...transactionOf(b), evidenceReceived: true });
  made.resolve({ id: 1, uri: 'ipp://localhost/jobs/1', name: b.transaction });
  assert.is(await job, 'gate/noTransaction');
  assert.is(await codeOf(b.call('print', { ...transactionOf(b), timeoutMs: 1000 })), 'gate/noTransaction');
  given.resolve();
  await closing;
  assert.is(b.printer.documents.length, 0, 'erased, so nothing but zeroes could have gone out');
});

test('of many prints, checks, jobs and closes at once, one document goes to the printer', async () => {
  const b = rig();
  await checked(b);
  await b.call('createJob', transactionOf(b));
  const print = () => b.call('print', { ...transactionOf(b), timeoutMs: 1000 });
  const all = [
    print(),
    b.call('createJob', transactionOf(b)),
    print(),
    b.call('close', { ...transactionOf(b), evidenceReceived: true }),
    print(),
    b.call('check', transactionOf(b)),
  ];
  await Promise.allSettled(all);
  assert.equal([b.printer.jobs.length, b.printer.documents.length], [1, 1]);
});

test('a card that is read anew has to authenticate anew', async () => {
  const b = rig();
  await b.call('open', transactionOf(b));
  await b.call('readCard', transactionOf(b));
  await b.call('authenticate', { ...transactionOf(b), challenge: randomBytes(32) });
  await b.call('readCard', transactionOf(b));
  b.native.answers.sign = () => assert.unreachable('the second card was asked') as never;
  const params = { ...transactionOf(b), token: randomBytes(9), challenge: randomBytes(32), order };
  assert.is(await codeOf(b.call('order', params)), 'gate/sequence');
});

test('a reading that failed leaves nothing of the card before it', async () => {
  const b = rig();
  await b.call('open', transactionOf(b));
  await b.call('readCard', transactionOf(b));
  const { certificate } = b.session.of(b.transaction);
  b.native.answers.readCard = () => Promise.reject(new Error('its time was over; another card is connected'));
  await codeOf(b.call('readCard', transactionOf(b)));
  assert.ok(zeroed(certificate!));
  const code = await codeOf(b.call('authenticate', { ...transactionOf(b), challenge: randomBytes(32) }));
  assert.is(code, 'gate/sequence');
});

test('once the order is signed, nothing of the card is kept, and no card is read or asked to sign', async () => {
  const b = rig();
  let certificate: Buffer | undefined;
  await ordered(b, asked => {
    ({ certificate } = b.session.of(b.transaction));
    return tokenFor(asked);
  });
  assert.ok(zeroed(certificate!));
  b.native.answers.readCard = () => assert.unreachable('a card was read') as never;
  b.native.answers.verifyPin = () => assert.unreachable('a PIN was asked for') as never;
  b.native.answers.sign = () => assert.unreachable('a card was asked to sign') as never;
  const challenge = randomBytes(32);
  assert.is(await codeOf(b.call('readCard', transactionOf(b))), 'gate/sequence');
  assert.is(await codeOf(b.call('verifyPin', { ...transactionOf(b), timeoutMs: 1000 })), 'gate/sequence');
  assert.is(await codeOf(b.call('authenticate', { ...transactionOf(b), challenge })), 'gate/sequence');
});

test('no PIN is asked for before a card was read in this transaction', async () => {
  const b = rig();
  await b.call('open', transactionOf(b));
  b.native.answers.verifyPin = () => assert.unreachable('a PIN was asked for') as never;
  assert.is(await codeOf(b.call('verifyPin', { ...transactionOf(b), timeoutMs: 1000 })), 'gate/sequence');
});

test('a document that is held back for the next customer is gone', async () => {
  const b = rig();
  await checked(b);
  const { pdf } = b.session.of(b.transaction).document!;
  await b.clock.move(30 * 60_000);
  assert.ok(zeroed(pdf));
  assert.is(await codeOf(b.call('createJob', transactionOf(b))), 'gate/noTransaction');
  await b.call('open', transactionOf(b));
  await b.call('close', { ...transactionOf(b), evidenceReceived: true });
  assert.is(b.clock.waiting, 0);
});

test('at the end of its time an unused job is cancelled, and a print under way goes on to its end', async () => {
  const unused = rig();
  await checked(unused);
  await unused.call('createJob', transactionOf(unused));
  await unused.clock.move(30 * 60_000);
  assert.equal([unused.printer.canceled, unused.printer.documents.length], [[1], 0]);
  const printing = rig();
  await checked(printing);
  await printing.call('createJob', transactionOf(printing));
  const sent = Promise.withResolvers<void>();
  printing.printer.sending = () => sent.promise;
  const print = printing.call('print', { ...transactionOf(printing), timeoutMs: 1000 });
  await printing.clock.move(30 * 60_000);
  sent.resolve();
  assert.is((await print).outcome.result, 'printed');
});

test('a document of an earlier opening of the same transaction opens nothing in this one', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  const sealed = seal(asked, manifestFor(asked, pdf), pdf);
  await b.call('close', { ...transactionOf(b), evidenceReceived: true });
  await ordered(b);
  await put(b, sealed);
  assert.is(await codeOf(b.call('check', transactionOf(b))), 'gate/documentSealed');
  await settle();
});

test.run();
