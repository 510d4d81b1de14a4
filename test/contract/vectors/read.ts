// A vector, read by the contract's own readers: what is in it, or why it is refused.
import { decode } from '../../../agent/protocol/cbor.ts';
import { readConfiguration } from '../../../agent/protocol/configuration.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { verify1 } from '../../../agent/protocol/cose-sign1.ts';
import { openDocument, readManifest } from '../../../agent/protocol/document.ts';
import { claim, readClaim, readGrant } from '../../../agent/protocol/enrolment.ts';
import { isProtocolError } from '../../../agent/protocol/error.ts';
import { readEvidence } from '../../../agent/protocol/evidence.ts';
import { readAnswer, readQuestion } from '../../../agent/protocol/exchange.ts';
import { readKeySet } from '../../../agent/protocol/key-set.ts';
import { readAcknowledgement, readBatch, readRecord } from '../../../agent/protocol/ledger.ts';
import { pageStamp } from '../../../agent/protocol/page-stamp.ts';
import { readPresence } from '../../../agent/protocol/presence.ts';
import { readRelease } from '../../../agent/protocol/release.ts';
import { readRoot } from '../../../agent/protocol/root.ts';
import { parse } from '../../../agent/protocol/schema.ts';
import { openAuthentication, openOrder } from '../../../agent/protocol/sealed-request.ts';
import { readAuthenticationStatement, readOrderStatement } from '../../../agent/protocol/statement.ts';
import { readSubjectToken } from '../../../agent/protocol/subject-token.ts';
import { readTelemetry, readTelemetryBatch } from '../../../agent/protocol/telemetry.ts';
import { readVersionRefusal } from '../../../agent/protocol/version-refusal.ts';
import { type KeyName, keys } from './keys.ts';
import { bytesOf, type Expected, type Vector } from './store.ts';

function read(
  { kind, key, topic = '', terminal = '', transaction = '', root = '' }: Vector,
  bytes: Buffer,
): unknown {
  const pair = keys[(key ?? 'other') as KeyName];
  const by = pair.coseKey;
  const id = Buffer.from(transaction, 'hex');
  switch (kind) {
    case 'question':
      return readQuestion(bytes, topic, by);
    case 'answer':
      return readAnswer(bytes, topic, by);
    case 'batch': {
      const batch = readBatch(bytes, topic, by);
      return batch.records.map(({ body }) => readRecord(body));
    }
    case 'telemetry batch': {
      const batch = readTelemetryBatch(bytes, topic, by);
      return batch.records.map(({ body }) => readTelemetry(body));
    }
    case 'acknowledgement':
      return readAcknowledgement(bytes, topic, by);
    case 'version refusal':
      return readVersionRefusal(bytes, topic, by);
    case 'presence':
      return readPresence(bytes, topic, by);
    case 'authentication statement':
      return readAuthenticationStatement(bytes);
    case 'order statement':
      return readOrderStatement(bytes);
    case 'authentication':
      return openAuthentication(bytes, id, pair);
    case 'order':
      return openOrder(bytes, id, pair);
    case 'document':
      return openDocument(bytes, id, pair);
    case 'subject':
      return readSubjectToken(bytes, id, by);
    case 'manifest':
      return readManifest(bytes, id, by);
    case 'evidence':
      return readEvidence(bytes, id, by);
    case 'stamp':
      return parse(pageStamp, decode(bytes));
    case 'key set':
      return readKeySet(bytes, readRoot(bytesOf({ file: root })));
    case 'root':
      return readRoot(bytes);
    case 'configuration':
      return readConfiguration(bytes, terminal, by);
    case 'release':
      return readRelease(bytes, terminal, by);
    case 'claim':
      return parse(claim, verify1(bytes, by, contextOf.enrolment));
    case 'enrolment':
      return readClaim(bytes);
    case 'grant':
    case 'enrolment refusal':
      return readGrant(bytes);
    default:
      throw new Error(`no reader of ${kind}`);
  }
}

/** As index.json says what is expected. */
export function resultOf(vector: Vector, bytes: Buffer): Expected {
  try {
    read(vector, bytes);
    return { ok: true };
  } catch (error) {
    if (!isProtocolError(error)) throw error;
    return { code: error.code, ...(error.path && { path: error.path }) };
  }
}
