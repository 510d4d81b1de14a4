// The good vectors, in the order in which they travel.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import PDFDocument from 'pdfkit';
import { decode, encode } from '../../../agent/protocol/cbor.ts';
import { signConfiguration } from '../../../agent/protocol/configuration.ts';
import { sealDocument, signManifest } from '../../../agent/protocol/document.ts';
import { encodeClaim, encodeGrant, encodeRefusal } from '../../../agent/protocol/enrolment.ts';
import { signEvidence } from '../../../agent/protocol/evidence.ts';
import { type Answer, type Question, signAnswer, signQuestion } from '../../../agent/protocol/exchange.ts';
import { signKeySet } from '../../../agent/protocol/key-set.ts';
import { encodeRecord, signAcknowledgement, signBatch } from '../../../agent/protocol/ledger.ts';
import { writePageStamp } from '../../../agent/protocol/page-stamp.ts';
import { signPresence } from '../../../agent/protocol/presence.ts';
import { signRelease } from '../../../agent/protocol/release.ts';
import { rootThumbprint, signRoot } from '../../../agent/protocol/root.ts';
import { sealAuthentication, sealOrder } from '../../../agent/protocol/sealed-request.ts';
import { encodeStatement } from '../../../agent/protocol/statement.ts';
import { signSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { encodeTelemetry, signTelemetryBatch } from '../../../agent/protocol/telemetry.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { signVersionRefusal } from '../../../agent/protocol/version-refusal.ts';
import * as body from './bodies.ts';
import {
  cardCertificate,
  certificateRequest,
  linkAuthority,
  linkCertificate,
  newCardKey,
} from './certificates.ts';
import { fixed, type KeyName, keys } from './keys.ts';
import type { Store } from './store.ts';

const { terminal, transaction, order } = body;
const topics = topicsOf(terminal);
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
const inTransaction = { terminal, transaction: transaction.toString('hex') };

async function makePdf(): Promise<Buffer> {
  const pdf = new PDFDocument({ autoFirstPage: false, size: 'A4' });
  for (let page = 1; page <= 2; page++) {
    pdf.addPage();
    pdf.addContent(writePageStamp({ transaction, subject: body.subject, page, pages: 2 }));
    pdf.text(`A certificate of nobody: page ${page} of 2`);
  }
  pdf.end();
  const chunks: Buffer[] = [];
  for await (const chunk of pdf) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function keepTransaction(store: Store): Promise<void> {
  const cardKey = await store.raw('card.pem', newCardKey);
  const certificate = await store.raw('card.der', () => cardCertificate(cardKey, keys.authority));
  const byCard = (statement: Buffer): Buffer => sign('sha256', statement, createPrivateKey(cardKey));
  const of = (name: string, kind: string, what: string, key?: KeyName) => ({
    ...{ name: `transaction/${name}`, kind, what, ...inTransaction },
    ...(key && { key }),
  });
  const ask = (nth: string, what: string, question: Question) =>
    store.keep({ ...of(`${nth}-question`, 'question', what, 'agent'), topic: topics.request }, () =>
      signQuestion({ id: fixed(`id ${nth}`, 16), waitsMs: 30_000, question }, topics.request, keys.agent),
    );
  const reply = (nth: string, what: string, answer: Answer) =>
    store.keep({ ...of(`${nth}-answer`, 'answer', what, 'hub'), topic: topics.reply }, () =>
      signAnswer({ id: fixed(`id ${nth}`, 16), answer }, topics.reply, keys.hub),
    );

  await ask('01', 'Is the hub there?', { ask: 'probe' });
  const services = { cardAuthentication: true, cardStandard: true, issuing: true };
  await reply('01', 'It is, and its three services.', { answer: 'probe', wall: body.wall, services });

  await ask('02', 'A challenge for the card.', { ask: 'challenge', transaction });
  await reply('02', "The card authentication service's challenge.", {
    answer: 'challenge',
    challenge: body.challenge,
  });

  const authentication = await store.keep(
    of('03-authentication-statement', 'authentication statement', 'What the card signs first.'),
    () =>
      encodeStatement({
        context: 'madoguchi/1 authentication',
        transaction,
        terminal,
        challenge: body.challenge,
        gateKey: keys.gateTransaction.coseKey,
        gateNonce: body.gateNonce,
      }),
  );
  const sealedAuthentication = await store.keep(
    of(
      '03-authentication',
      'authentication',
      "The statement, the card's signature and certificate, sealed to the card authentication service.",
      'cardAuthenticationSeal',
    ),
    () =>
      sealAuthentication(
        { statement: authentication, algorithm: -257, signature: byCard(authentication), certificate },
        transaction,
        keys.cardAuthenticationSeal.coseKey,
      ),
  );
  await ask('03', 'Whose card is it?', { ask: 'authenticate', transaction, sealed: sealedAuthentication });
  const token = await store.keep(
    of(
      '03-token',
      'subject',
      'This certificate is this pseudonym, in this transaction.',
      'cardAuthentication',
    ),
    () =>
      signSubjectToken(
        {
          transaction,
          terminal,
          certificateDigest: sha256(certificate),
          gateKeyThumbprint: keys.gateTransaction.thumbprint,
          subject: body.subject,
        },
        keys.cardAuthentication,
      ),
  );
  await reply('03', 'The token, what may be ordered, and the next challenge.', {
    answer: 'authenticate',
    token,
    offer: body.offer,
    orderChallenge: body.orderChallenge,
  });

  const statement = await store.keep(
    of('04-order-statement', 'order statement', 'What the card signs second.'),
    () =>
      encodeStatement({
        context: 'madoguchi/1 order',
        transaction,
        terminal,
        challenge: body.orderChallenge,
        gateKeyThumbprint: keys.gateTransaction.thumbprint,
        order,
      }),
  );
  const sealedOrder = await store.keep(
    of(
      '04-order',
      'order',
      'Both statements with their signatures, and the token, sealed to the issuing service.',
      'issuingSeal',
    ),
    () =>
      sealOrder(
        {
          statement,
          algorithm: -257,
          signature: byCard(statement),
          authentication,
          authenticationSignature: byCard(authentication),
          certificate,
          token,
        },
        transaction,
        keys.issuingSeal.coseKey,
      ),
  );
  await ask('04', 'The order.', { ask: 'order', transaction, sealed: sealedOrder });

  await store.keep(of('05-stamp', 'stamp', 'The stamp of page 1, which stands in its content in hex.'), () =>
    encode({ transaction, subject: body.subject, page: 1, pages: 2 }),
  );
  const pdf = await store.raw('transaction/05-certificate.pdf', makePdf);
  const manifest = await store.keep(
    of(
      '05-manifest',
      'manifest',
      'What the issuing service says about the PDF (05-certificate.pdf).',
      'issuing',
    ),
    () =>
      signManifest(
        {
          transaction,
          terminal,
          gateNonce: body.gateNonce,
          gateKeyThumbprint: keys.gateTransaction.thumbprint,
          subject: body.subject,
          order,
          pages: 2,
          pdfDigest: sha256(pdf),
        },
        keys.issuing,
      ),
  );
  const document = await store.keep(
    of(
      '05-document',
      'document',
      "Manifest and PDF, sealed to the gate's key of this transaction.",
      'gateTransaction',
    ),
    () => sealDocument({ manifest, pdf }, transaction, keys.gateTransaction.coseKey),
  );
  await reply('04', 'Size and digest of the sealed document.', {
    answer: 'order',
    size: document.length,
    digest: sha256(document),
  });
  await ask('05', 'The sealed document from its beginning.', { ask: 'fetch', transaction, offset: 0 });
  await reply('05', 'All of it.', { answer: 'fetch', offset: 0, chunk: document });

  const evidence = await store.keep(of('06-evidence', 'evidence', 'Both pages were printed.', 'gate'), () =>
    signEvidence(
      {
        transaction,
        terminal,
        manifestDigest: sha256(manifest),
        pdfDigest: sha256(pdf),
        result: 'printed',
        job: 7,
        jobState: 'completed',
        impressions: 2,
        expected: 2,
      },
      keys.gate,
    ),
  );
  const records = body.records(evidence, is => encode({ is }));
  await store.keep(
    {
      ...of('07-batch', 'batch', 'The records of the transaction, the first of epoch 1.', 'agent'),
      topic: topics.ledger,
    },
    () =>
      signBatch(
        {
          terminal,
          epoch: 1,
          session: body.session,
          from: 1,
          records: records.map((record, at) => ({ tag: fixed(`tag ${at}`, 16), body: encodeRecord(record) })),
        },
        topics.ledger,
        keys.agent,
      ),
  );
  await store.keep(
    {
      ...of('07-acknowledgement', 'acknowledgement', 'All of them are in the ledger.', 'hub'),
      topic: topics.acknowledgement,
    },
    () =>
      signAcknowledgement(
        {
          terminal,
          epoch: 1,
          session: body.session,
          upto: records.length,
          tag: fixed(`tag ${records.length - 1}`, 16),
          generation: 1,
          refused: [],
        },
        topics.acknowledgement,
        keys.hub,
      ),
  );
}

export async function keepOthers(store: Store): Promise<void> {
  const of = (name: string, kind: string, what: string, key?: KeyName, topic?: string) => ({
    ...{ name: `others/${name}`, kind, what, terminal },
    ...(key && { key }),
    ...(topic && { topic }),
  });
  const request = await store.raw('others/certificate-request.der', () => certificateRequest(keys.linkTls));
  const pem = async (file: string, make: () => Promise<string>) =>
    (await store.raw(file, async () => Buffer.from(await make()))).toString();
  const authority = await pem('others/authority.pem', () => linkAuthority(keys.authority));
  const certificate = await pem('others/certificate.pem', () =>
    linkCertificate(terminal, keys.linkTls, keys.authority),
  );

  const enrolment = await store.keep(of('enrolment', 'enrolment', 'The body of POST /enrol.'), () =>
    encodeClaim(
      {
        code: '01234-56789-ABCDE-FGHJK-MNPQR',
        certificateRequest: request,
        agentKey: keys.agent.coseKey,
        gateKey: keys.gate.coseKey,
      },
      keys.agent,
      keys.gate,
    ),
  );
  const { byAgent, byGate } = decode(enrolment) as { byAgent: Buffer; byGate: Buffer };
  await store.keep(of('claim-by-agent', 'claim', 'The first claim in it.', 'agent'), () => byAgent);
  await store.keep(of('claim-by-gate', 'claim', 'The second claim in it.', 'gate'), () => byGate);
  await store.keep(
    {
      ...of('root', 'root', 'Who vouches for the keys: two of three.'),
      thumbprint: rootThumbprint(body.root).toString('hex'),
    },
    () => signRoot(body.root, [keys.root, keys.root2]),
  );
  const keySet = await store.keep(
    { ...of('key-set', 'key set', "The hub's keys."), root: 'others/root.cbor' },
    () => signKeySet(body.keySet, [keys.root, keys.root3]),
  );
  const configuration = await store.keep(
    of('configuration', 'configuration', 'The settings of the terminal.', 'configuration'),
    () => signConfiguration(body.configuration, keys.configuration),
  );
  await store.keep(of('grant', 'grant', 'The answer to the enrolment.'), () =>
    encodeGrant({
      terminal,
      epoch: 1,
      broker: 'mqtts://hub.example:8883',
      certificate,
      authority,
      keySet,
      configuration,
    }),
  );
  await store.keep(of('enrolment-refusal', 'enrolment refusal', 'The other answer to an enrolment.'), () =>
    encodeRefusal('enrolment/usedCode'),
  );
  for (const [name, online] of [
    ['presence-birth', true],
    ['presence-will', false],
  ] as const)
    await store.keep(
      of(name, 'presence', online ? 'Published at connect.' : 'The last will.', 'agent', topics.presence),
      () => signPresence(body.presence(online), topics.presence, keys.agent),
    );
  const refused: Answer = { answer: 'refused', service: 'issuing', code: 'issuing/moved', path: 'order' };
  await store.keep(of('answer-refused', 'answer', 'A service refuses.', 'hub', topics.reply), () =>
    signAnswer({ id: fixed('id 04', 16), answer: refused }, topics.reply, keys.hub),
  );
  await store.keep(
    of('version-refusal', 'version refusal', 'The hub speaks version 2 only.', 'hub', topics.reply),
    () =>
      signVersionRefusal({ refused: fixed('refused message', 32), versions: [2] }, topics.reply, keys.hub),
  );
  await store.keep(
    of('telemetry-batch', 'telemetry batch', 'Records of the telemetry log.', 'agent', topics.telemetry),
    () =>
      signTelemetryBatch(
        {
          terminal,
          epoch: 1,
          session: body.session,
          from: 1,
          oldest: 1,
          records: body.telemetry.map((record, at) => ({
            tag: fixed(`telemetry tag ${at}`, 16),
            body: encodeTelemetry(record),
          })),
        },
        topics.telemetry,
        keys.agent,
      ),
  );
  await store.keep(of('release', 'release', 'Consent to leave a journal behind.', 'hub'), () =>
    signRelease(body.release, keys.hub),
  );
}
