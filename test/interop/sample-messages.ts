// One message of each kind, made by our own code, with the body that a reader must find in it.
import { randomBytes as some } from 'node:crypto';
import { decode, encode } from '../../agent/protocol/cbor.ts';
import { signConfiguration } from '../../agent/protocol/configuration.ts';
import type { KeyPair } from '../../agent/protocol/cose-key.ts';
import { sealDocument, signManifest } from '../../agent/protocol/document.ts';
import { encodeClaim, encodeGrant, encodeRefusal } from '../../agent/protocol/enrolment.ts';
import { signEvidence } from '../../agent/protocol/evidence.ts';
import { signAnswer, signQuestion } from '../../agent/protocol/exchange.ts';
import { signKeySet } from '../../agent/protocol/key-set.ts';
import { signAcknowledgement, signBatch } from '../../agent/protocol/ledger.ts';
import { writePageStamp } from '../../agent/protocol/page-stamp.ts';
import { signPresence } from '../../agent/protocol/presence.ts';
import { signRelease } from '../../agent/protocol/release.ts';
import { rootThumbprint, signRoot } from '../../agent/protocol/root.ts';
import { sealAuthentication, sealOrder } from '../../agent/protocol/sealed-request.ts';
import { signSubjectToken } from '../../agent/protocol/subject-token.ts';
import { signTelemetryBatch } from '../../agent/protocol/telemetry.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { signVersionRefusal } from '../../agent/protocol/version-refusal.ts';
import {
  acknowledgement,
  agent,
  answers,
  authenticationRequest,
  batch,
  claim,
  configuration,
  evidence,
  gate,
  hub,
  keySet,
  manifest,
  orderRequest,
  presence,
  questions,
  released,
  root,
  rootDocument,
  seal,
  service,
  stamps,
  stopped,
  telemetryBatch,
  terminal,
  token,
  transaction,
  versionRefusal,
} from './sample-bodies.ts';
import { hexOf, type Recorded, scalarOf } from './second-reader.ts';

export interface Sample {
  name: string;
  recorded: Recorded;
  body: unknown;
}

const topics = topicsOf(terminal);
const place = { terminal, transaction: transaction.toString('hex') };

function sample(
  name: string,
  message: Buffer,
  body: unknown,
  where: Omit<Recorded, 'kind' | 'message'>,
): Sample {
  const kind = name.replace(/:.*/, '');
  return { name, body, recorded: { kind, message: message.toString('hex'), ...place, ...where } };
}

const by = (key: KeyPair, topic?: string) =>
  topic ? { key: hexOf(key.coseKey), topic } : { key: hexOf(key.coseKey) };
const to = (key: KeyPair) => ({ ...by(key), private: scalarOf(key) });

const documentBody = { manifest: signManifest(manifest, service), pdf: some(100_000) };
const grant = {
  terminal,
  epoch: 1,
  broker: 'mqtts://127.0.0.1:8883',
  certificate: 'PEM',
  authority: 'PEM',
  keySet: signKeySet(keySet, [root, hub]),
  configuration: signConfiguration(configuration, service),
};

const enrolment = decode(encodeClaim(claim, agent, gate)) as { byAgent: Buffer; byGate: Buffer };
const content = Buffer.from(`${stamps.map(writePageStamp).join(' q Q ')} BT ET`, 'latin1');

export const samples: Sample[] = [
  ...questions.map(question => {
    const body = { id: some(16), waitsMs: 30_000, question };
    return sample(
      `question: ${question.ask}`,
      signQuestion(body, topics.request, agent),
      body,
      by(agent, topics.request),
    );
  }),
  ...answers.map(answer => {
    const body = { id: some(16), answer };
    return sample(
      `answer: ${answer.answer}`,
      signAnswer(body, topics.reply, hub),
      body,
      by(hub, topics.reply),
    );
  }),
  sample(
    'authentication',
    sealAuthentication(authenticationRequest, transaction, seal.coseKey),
    authenticationRequest,
    to(seal),
  ),
  sample('order', sealOrder(orderRequest, transaction, seal.coseKey), orderRequest, to(seal)),
  sample('subject', signSubjectToken(token, service), token, by(service)),
  sample('manifest', documentBody.manifest, manifest, by(service)),
  sample('document', sealDocument(documentBody, transaction, gate.coseKey), documentBody, to(gate)),
  sample('evidence', signEvidence(evidence, gate), evidence, by(gate)),
  sample('batch', signBatch(batch, topics.ledger, agent), batch, by(agent, topics.ledger)),
  sample(
    'telemetry batch',
    signTelemetryBatch(telemetryBatch, topics.telemetry, agent),
    telemetryBatch,
    by(agent, topics.telemetry),
  ),
  sample(
    'acknowledgement',
    signAcknowledgement(acknowledgement, topics.acknowledgement, hub),
    acknowledgement,
    by(hub, topics.acknowledgement),
  ),
  sample('presence', signPresence(presence, topics.presence, agent), presence, by(agent, topics.presence)),
  sample('presence', signPresence(stopped, topics.presence, agent), stopped, by(agent, topics.presence)),
  sample(
    'version refusal',
    signVersionRefusal(versionRefusal, topics.reply, hub),
    versionRefusal,
    by(hub, topics.reply),
  ),
  sample('release', signRelease(released, hub), released, by(hub)),
  sample('key set', signKeySet(keySet, [root, hub]), keySet, { key: encode(rootDocument).toString('hex') }),
  sample('root', signRoot(rootDocument, [root, hub]), rootDocument, {
    key: rootThumbprint(rootDocument).toString('hex'),
  }),
  sample('configuration', signConfiguration(configuration, service), configuration, by(service)),
  sample('enrolment', encode(enrolment), enrolment, {}),
  sample('claim: by the agent', enrolment.byAgent, claim, by(agent)),
  sample('claim: by the gate', enrolment.byGate, claim, by(gate)),
  sample('grant', encodeGrant(grant), grant, {}),
  sample(
    'enrolment refusal',
    encodeRefusal('enrolment/used', 'claim'),
    { refused: 'enrolment/used', path: 'claim' },
    {},
  ),
  sample('stamps', content, stamps, {}),
  sample('thumbprint', encode(gate.coseKey), gate.thumbprint, {}),
];
