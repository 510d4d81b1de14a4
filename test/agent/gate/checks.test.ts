// For each check a token or document that this check alone refuses: with the row taken out of the table it passes.
import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { GateRefusal } from '../../../agent/gate/gate-refusal.ts';
import { checkDocument } from '../../../agent/gate/transaction/check-document.ts';
import {
  manifestChecks,
  pageChecks,
  runChecks,
  tokenChecks,
} from '../../../agent/gate/transaction/checks.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { openDocument } from '../../../agent/protocol/document.ts';
import { readSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { codeOf, refusalOf } from '../../refusal.ts';
import { ordered, put, rig } from './gate-rig.ts';
import {
  type Asked,
  certificate,
  keySet,
  keys,
  makePdf,
  manifestFor,
  seal,
  sha256,
  terminal,
  tokenFor,
} from './services.ts';
import { wrongDocuments, wrongTokens } from './wrong-papers.ts';

for (const [code, change] of Object.entries(wrongTokens))
  test(`${code} is refused by its own check and no other`, async () => {
    let asked: Asked | undefined;
    const wrong = (a: Asked) => {
      asked = a;
      return tokenFor(a, change);
    };
    assert.is(await codeOf(ordered(rig(), wrong)), code);
    const token = readSubjectToken(
      tokenFor(asked!, change),
      asked!.transaction,
      keys.cardAuthentication.coseKey,
    );
    const own = {
      transaction: asked!.transaction,
      terminal,
      nonce: asked!.gateNonce,
      keyThumbprint: asked!.gateKey,
    };
    runChecks(
      tokenChecks.filter(check => check.code !== code),
      { own, certificate, token },
    ); // throws nothing
  });

test('a token that another key signed is refused', async () => {
  assert.is(await codeOf(ordered(rig(), asked => tokenFor(asked, {}, newKeyPair()))), 'gate/tokenSignature');
});

test('every row of both tables is tried here', () => {
  const documentChecks = [...manifestChecks, ...pageChecks];
  assert.equal(documentChecks.map(check => check.code).sort(), Object.keys(wrongDocuments).sort());
  assert.equal(tokenChecks.map(check => check.code).sort(), Object.keys(wrongTokens).sort());
});

for (const [code, wrong] of Object.entries(wrongDocuments))
  test(`${code} is refused by its own check and no other`, async () => {
    const b = rig();
    const asked = await ordered(b);
    const pdf = await makePdf(asked, wrong.pdf);
    const right = manifestFor(asked, pdf);
    const manifest = { ...right, ...wrong.manifest?.(right) };
    await put(b, seal(asked, manifest, pdf));
    const without = {
      manifest: manifestChecks.filter(check => check.code !== code),
      pages: pageChecks.filter(check => check.code !== code),
    };
    const held = checkDocument(b.session.of(b.transaction), terminal, keySet, without);
    assert.equal(sha256(held.pdf), sha256(pdf), 'without its check the document passes');
    assert.is(await codeOf(b.call('check', { transaction: b.transaction })), code);
    assert.is(await codeOf(b.call('createJob', { transaction: b.transaction })), 'gate/notChecked');
    assert.is(b.printer.jobs.length, 0);
  });

test('a file that is not the signed one is not parsed', async () => {
  const b = rig();
  const asked = await ordered(b);
  const broken = Buffer.from('%PDF-1.4 and no PDF');
  const right = manifestFor(asked, await makePdf(asked));
  await put(b, seal(asked, right, broken));
  assert.is(await codeOf(b.call('check', { transaction: b.transaction })), 'gate/pdfDigest');
});

test('a document that breaks a rule is refused with the rule, the page, the object and the operator', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked, { also: doc => doc.addContent('/Nothing Do') });
  await put(b, seal(asked, manifestFor(asked, pdf), pdf));
  const error = await refusalOf(b.call('check', { transaction: b.transaction }), GateRefusal);
  const { object, ...rest } = error.detail;
  assert.equal([error.code, rest], ['gate/pdfProfile', { rule: 'resource', page: 2, operator: 'Do' }]);
  assert.type(object, 'number');
});

test('two stamps on a page that say the same are taken, as a renderer may begin each part of a page with one', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked, { stamps: 2 });
  await put(b, seal(asked, manifestFor(asked, pdf), pdf));
  await b.call('check', { transaction: b.transaction });
});

test('a second stamp in another spelling is refused, not overlooked', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  const also = (doc: PDFKit.PDFDocument) => doc.addContent('/Madoguchi<</Stamp<a0>>>BDC EMC');
  const stamped = await makePdf(asked, { also });
  await put(b, seal(asked, { ...manifestFor(asked, pdf), pdfDigest: sha256(stamped) }, stamped));
  assert.is(await codeOf(b.call('check', { transaction: b.transaction })), 'gate/stampMissing');
});

test('a manifest that another key signed is refused, and passes where that key is the issuing service’s', async () => {
  const b = rig();
  const other = newKeyPair();
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  await put(b, seal(asked, manifestFor(asked, pdf), pdf, other));
  const trusting = { ...keySet, keys: { ...keySet.keys, issuing: { '132047': other.coseKey } } };
  checkDocument(b.session.of(b.transaction), terminal, trusting);
  assert.is(await codeOf(b.call('check', { transaction: b.transaction })), 'gate/manifestSignature');
});

test('a manifest of another municipality’s issuing service is refused', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  await put(b, seal(asked, manifestFor(asked, pdf), pdf, keys.otherIssuing));
  assert.is(await codeOf(b.call('check', { transaction: b.transaction })), 'gate/manifestSignature');
});

test('a refusal of a manifest that is rightly signed names the wrong field', async () => {
  const b = rig();
  const asked = await ordered(b);
  const pdf = await makePdf(asked);
  await put(b, seal(asked, { ...manifestFor(asked, pdf), pages: 100 }, pdf));
  const error = await refusalOf(b.call('check', { transaction: b.transaction }), GateRefusal);
  assert.equal(
    [error.code, error.detail],
    ['gate/manifestSignature', { protocol: 'protocol/schema', path: 'pages' }],
  );
});

test('a document that is sealed to another gate’s key or transaction is refused', async () => {
  for (const change of [{ key: newKeyPair().coseKey }, { transaction: randomBytes(16) }]) {
    const b = rig();
    const asked = await ordered(b);
    const pdf = await makePdf(asked);
    await put(b, seal({ ...asked, ...change }, manifestFor(asked, pdf), pdf));
    assert.is(await codeOf(b.call('check', { transaction: b.transaction })), 'gate/documentSealed');
  }
});

test('a good document of another person’s transaction can’t be opened here', async () => {
  const [mine, theirs] = [rig(), rig()];
  await ordered(mine);
  const asked = await ordered(theirs);
  const pdf = await makePdf(asked);
  const sealed = seal(asked, manifestFor(asked, pdf), pdf);
  openDocument(sealed, asked.transaction, theirs.session.of(theirs.transaction).key); // it is good for them
  await put(mine, sealed);
  assert.is(await codeOf(mine.call('check', { transaction: mine.transaction })), 'gate/documentSealed');
});

test.run();
