// Every message of a recording, also those inside others, with what the second reader needs to read it.
import { createHash } from 'node:crypto';
import { readPdfFile } from '../../agent/gate/pdf/file.ts';
import { pageObjects } from '../../agent/gate/pdf/pages.ts';
import { PdfReference } from '../../agent/gate/pdf/value.ts';
import { decode, encode, type Tag, type Value } from '../../agent/protocol/cbor.ts';
import { recipientOf } from '../../agent/protocol/cose-encrypt.ts';
import type { CoseKey, KeyPair } from '../../agent/protocol/cose-key.ts';
import { openDocument } from '../../agent/protocol/document.ts';
import { readClaim, readGrant } from '../../agent/protocol/enrolment.ts';
import { readAnswer, readQuestion } from '../../agent/protocol/exchange.ts';
import { readBatch, readRecord } from '../../agent/protocol/ledger.ts';
import { openAuthentication, openOrder } from '../../agent/protocol/sealed-request.ts';
import { readTopic } from '../../agent/protocol/topics.ts';
import { type HubKeys, rootOf } from '../../simulator/hub/keys/hub-keys.ts';
import { contentOf, contentsOf } from '../agent/gate/producers/parts.ts';
import { hexOf, type Recorded, scalarOf } from './second-reader.ts';

export interface Travelled {
  topic: string;
  message: Buffer;
}

export interface Recording {
  travelled: readonly Travelled[];
  enrolments: readonly { request: Buffer; answer: Buffer }[];
  documents: { sealed: Buffer; key: KeyPair; transaction: Buffer; municipality: string }[];
  /** The signed root document. */
  root: Buffer;
}

/** All messages. Errors: one that our own readers refuse. */
export function recordingOf(recording: Recording, keys: HubKeys): Recorded[] {
  const out: Recorded[] = [];
  const put = (kind: string, message: Uint8Array, more: Omit<Recorded, 'kind' | 'message'> = {}) =>
    out.push({ kind, message: Buffer.from(message).toString('hex'), ...more });
  const to = (key: KeyPair) => ({ key: hexOf(key.coseKey), private: scalarOf(key) });
  const by = (key: CoseKey) => ({ key: hexOf(key) });
  const underRoot = { key: encode(rootOf(keys) as unknown as Value).toString('hex') };
  const { agentKey, gateKey, terminal } = enrolled(recording);

  put('root', recording.root, { key: rootThumbprintHex(recording.root) });
  for (const { request, answer } of recording.enrolments) {
    const grant = readGrant(answer);
    if ('refused' in grant) {
      put('enrolment refusal', answer);
      continue;
    }
    put('enrolment', request);
    const { byAgent, byGate } = decode(request) as { byAgent: Buffer; byGate: Buffer };
    put('claim', byAgent, by(agentKey));
    put('claim', byGate, by(gateKey));
    put('grant', answer);
    put('key set', grant.keySet, underRoot);
    put('configuration', grant.configuration, { ...by(keys.configuration.coseKey), terminal });
  }
  for (const { topic, message } of recording.travelled) {
    const leaf = readTopic(topic)?.leaf;
    if (leaf === 'request') asked(topic, message);
    else if (leaf === 'reply') answered(topic, message);
    else if (leaf === 'ledger') drained(topic, message);
    else if (leaf === 'telemetry') put('telemetry batch', message, { ...by(agentKey), topic });
    else if (leaf === 'presence') put('presence', message, { ...by(agentKey), topic });
    else if (leaf === 'keySet') put('key set', message, underRoot);
    else put('acknowledgement', message, { ...by(keys.hub.coseKey), topic });
  }
  for (const { sealed, key, transaction, municipality } of recording.documents) {
    const place = { terminal, transaction: transaction.toString('hex') };
    put('document', sealed, { ...to(key), ...place });
    const { manifest, pdf } = openDocument(sealed, transaction, key);
    put('manifest', manifest, { ...by(keys.issuing[municipality]!.signing.coseKey), ...place });
    for (const stamp of stampsIn(pdf)) put('stamp', stamp, place);
  }
  return out;

  function asked(topic: string, message: Buffer): void {
    if (readTopic(topic)?.version !== 1) return; // of a version that nobody speaks yet
    put('question', message, { ...by(agentKey), topic });
    const { question } = readQuestion(message, topic, agentKey);
    if (question.ask !== 'authenticate' && question.ask !== 'order') return;
    const { transaction, sealed } = question;
    const place = { terminal, transaction: transaction.toString('hex') };
    if (question.ask === 'authenticate') {
      put('authentication', sealed, { ...to(keys.cardAuthenticationSeal), ...place });
      const { statement } = openAuthentication(sealed, transaction, keys.cardAuthenticationSeal);
      put('authentication statement', statement, place);
    } else {
      const recipient = recipientOf(sealed);
      const { seal } = Object.values(keys.issuing).find(one => one.seal.thumbprint.equals(recipient))!;
      put('order', sealed, { ...to(seal), ...place });
      put('order statement', openOrder(sealed, transaction, seal).statement, place);
    }
  }

  function answered(topic: string, message: Buffer): void {
    const hub = { ...by(keys.hub.coseKey), topic };
    if (readTopic(topic)?.version !== 1) return void put('version refusal', message, hub);
    put('answer', message, hub);
    const { answer } = readAnswer(message, topic, keys.hub.coseKey);
    if (answer.answer !== 'authenticate') return;
    const { payload } = parts(answer.token);
    const { transaction } = decode(payload) as { transaction: Buffer };
    put('subject', answer.token, {
      ...by(keys.cardAuthentication.coseKey),
      ...{ terminal, transaction: transaction.toString('hex') },
    });
  }

  function drained(topic: string, message: Buffer): void {
    put('batch', message, { ...by(agentKey), topic });
    for (const { body } of readBatch(message, topic, agentKey).records) {
      const record = readRecord(body);
      if (!('evidence' in record) || !record.evidence) continue;
      const transaction = record.transaction.toString('hex');
      put('evidence', record.evidence, { ...by(gateKey), terminal, transaction });
    }
  }
}

/** The keys that the terminal was enrolled with. */
function enrolled({ enrolments }: Recording) {
  for (const { request, answer } of enrolments) {
    const grant = readGrant(answer);
    if ('refused' in grant) continue;
    const { agentKey, gateKey } = readClaim(request);
    return { agentKey, gateKey, terminal: grant.terminal };
  }
  throw new Error('no enrolment was recorded');
}

/** The bodies of the stamps in the pages' own content. */
function* stampsIn(pdf: Buffer): Generator<Buffer> {
  const file = readPdfFile(pdf);
  for (const { dictionary } of pageObjects(file))
    for (const content of contentsOf(file, dictionary)) {
      if (!(content instanceof PdfReference)) continue;
      const text = contentOf(file, file.object(content));
      for (const [, hex] of text.matchAll(/\/Madoguchi <<\/Stamp <([0-9a-f]+)>>> BDC EMC/g))
        yield Buffer.from(hex!, 'hex');
    }
}

function parts(signed: Uint8Array): { payload: Buffer } {
  const { value } = decode(signed) as Tag & { value: Buffer[] };
  return { payload: value[2]! };
}

function rootThumbprintHex(signed: Buffer): string {
  return createHash('sha256').update(parts(signed).payload).digest('hex');
}
