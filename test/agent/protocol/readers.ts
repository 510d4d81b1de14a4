// Every kind of message: a body that is right, how to write any body in its envelope, and the reader of the contract.
import { decode, encode, type Value } from '../../../agent/protocol/cbor.ts';
import { readConfiguration } from '../../../agent/protocol/configuration.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { encrypt } from '../../../agent/protocol/cose-encrypt.ts';
import { signBySeveral } from '../../../agent/protocol/cose-sign.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { openDocument, readManifest } from '../../../agent/protocol/document.ts';
import { readClaim, readGrant } from '../../../agent/protocol/enrolment.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';
import { readAnswer, readQuestion } from '../../../agent/protocol/exchange.ts';
import { readKeySet } from '../../../agent/protocol/key-set.ts';
import { readAcknowledgement, readBatch, readRecord } from '../../../agent/protocol/ledger.ts';
import { readPageStamps } from '../../../agent/protocol/page-stamp.ts';
import { readPresence } from '../../../agent/protocol/presence.ts';
import { type Root, readRoot } from '../../../agent/protocol/root.ts';
import { openAuthentication, openOrder } from '../../../agent/protocol/sealed-request.ts';
import { readAuthenticationStatement, readOrderStatement } from '../../../agent/protocol/statement.ts';
import { readSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { readTelemetry, readTelemetryBatch } from '../../../agent/protocol/telemetry.ts';
import { readVersionRefusal } from '../../../agent/protocol/version-refusal.ts';
import * as body from '../../interop/sample-bodies.ts';

export interface Reader {
  kind: string;
  body: Value;
  /** Any body in the right envelope: signed or sealed as it should be. */
  write(body: Value): Buffer;
  read(message: Buffer): unknown;
}

const { transaction, terminal, agent, gate } = body;
const topic = 'madoguchi/1/shop-0042/request';
const key = agent.coseKey;

/** A kind that `agent` signs over this external data. */
const signed = (kind: string, of: unknown, external: string, read: Reader['read']): Reader => ({
  kind,
  body: of as Value,
  write: any => sign1(any, agent, external),
  read,
});
const onTopic = (
  kind: string,
  of: unknown,
  read: (message: Buffer, topic: string, by: typeof key) => unknown,
) => signed(kind, of, contextOf.topic(topic), message => read(message, topic, key));
const inTransaction = (
  kind: 'subject' | 'manifest' | 'evidence',
  of: unknown,
  read: (message: Buffer, transaction: Buffer, by: typeof key) => unknown,
) => signed(kind, of, contextOf[kind](transaction), message => read(message, transaction, key));
const sealed = (
  kind: 'authentication' | 'order' | 'document',
  of: unknown,
  read: (message: Buffer, transaction: Buffer, by: typeof agent) => unknown,
): Reader => ({
  kind,
  body: of as Value,
  write: any => encrypt(encode(any), key, contextOf[kind](transaction)),
  read: message => read(message, transaction, agent),
});
const plain = (kind: string, of: unknown, read: Reader['read']): Reader => ({
  kind,
  body: of as Value,
  write: encode,
  read,
});

const root: Root = { version: 1, generation: 1, threshold: 1, keys: [key] };
const bySeveral = (kind: string, of: unknown, external: string, read: Reader['read']): Reader => ({
  kind,
  body: of as Value,
  write: any => signBySeveral(any, [agent], external),
  read,
});

const id = Buffer.alloc(16, 1);
const grant = {
  terminal,
  epoch: 1,
  broker: 'mqtts://127.0.0.1:8883',
  certificate: 'PEM',
  authority: 'PEM',
  keySet: Buffer.from('key set'),
  configuration: Buffer.from('configuration'),
};

export const readers: readonly Reader[] = [
  ...body.questions.map(question =>
    onTopic(`question ${question.ask}`, { id, waitsMs: 1, question }, readQuestion),
  ),
  ...body.answers.map(answer => onTopic(`answer ${answer.answer}`, { id, answer }, readAnswer)),
  onTopic('batch', body.batch, readBatch),
  onTopic('telemetry batch', body.telemetryBatch, readTelemetryBatch),
  onTopic('acknowledgement', body.acknowledgement, readAcknowledgement),
  onTopic('presence', body.presence, readPresence),
  onTopic('version refusal', body.versionRefusal, readVersionRefusal),
  inTransaction('subject', body.token, readSubjectToken),
  inTransaction('manifest', body.manifest, readManifest),
  inTransaction('evidence', body.evidence, readEvidence),
  sealed('authentication', body.authenticationRequest, openAuthentication),
  sealed('order', body.orderRequest, openOrder),
  sealed('document', { manifest: Buffer.from('manifest'), pdf: Buffer.from('pdf') }, openDocument),
  bySeveral('key set', body.keySet, contextOf.keySet, message => readKeySet(message, root)),
  bySeveral('root', { ...root, keys: [...root.keys, gate.coseKey] }, contextOf.root, readRoot),
  signed('configuration', body.configuration, contextOf.configuration(terminal), message =>
    readConfiguration(message, terminal, key),
  ),
  {
    kind: 'claim',
    body: body.claim,
    write: any =>
      encode({
        byAgent: sign1(any, agent, contextOf.enrolment),
        byGate: sign1(any, gate, contextOf.enrolment),
      }),
    read: readClaim,
  },
  plain('grant', grant, readGrant),
  plain('enrolment refusal', { refused: 'enrolment/used', path: 'claim' }, readGrant),
  ...body.batch.records.map((record, at) => plain(`ledger record ${at}`, decode(record.body), readRecord)),
  ...body.telemetryBatch.records.map((record, at) =>
    plain(`telemetry record ${at}`, decode(record.body), readTelemetry),
  ),
  plain(
    'authentication statement',
    decode(body.authenticationRequest.statement),
    readAuthenticationStatement,
  ),
  plain('order statement', decode(body.orderRequest.statement), readOrderStatement),
  {
    kind: 'page stamp',
    body: body.stamps[0]!,
    write: any => Buffer.from(`/Madoguchi <</Stamp <${encode(any).toString('hex')}>>> BDC EMC`),
    read: content => readPageStamps(content)[0],
  },
];
