// Every message of the contract, in the order of its documents, which are written from this list (test/contract).
import type * as v from 'valibot';
import { configuration } from './configuration.ts';
import { contextOf } from './context.ts';
import { documentBody, manifest } from './document.ts';
import { claim, enrolmentRefusal, enrolmentRequest, grant } from './enrolment.ts';
import { evidence } from './evidence.ts';
import { answerEnvelope, questionEnvelope } from './exchange.ts';
import { keySet } from './key-set.ts';
import { acknowledgement, batch } from './ledger.ts';
import { pageStamp } from './page-stamp.ts';
import { presence } from './presence.ts';
import { release } from './release.ts';
import { root } from './root.ts';
import { authenticationRequest, orderRequest } from './sealed-request.ts';
import { authenticationStatement, orderStatement } from './statement.ts';
import { subjectToken } from './subject-token.ts';
import { telemetryBatch } from './telemetry.ts';
import { type Topics, topicsOf } from './topics.ts';
import { versionRefusal } from './version-refusal.ts';

export interface Message {
  name: string;
  /** A COSE_Sign1 over the body, a COSE_Sign, a COSE_Encrypt of it, or its bare CBOR. */
  form: 'signed' | 'signed by several' | 'sealed' | 'plain';
  body: v.GenericSchema;
  /** The key that signs it, or that it is sealed to; who signs what is inside a plain one. */
  key: string;
  /** External data: `TOPIC`, `TERMINAL` and `ID` (the transaction, as 32 hex digits) stand for what is there. */
  external?: string;
}

const id = Buffer.alloc(16, 0xdd);
const ofTransaction = (context: (transaction: Buffer) => string): string =>
  context(id).replace(id.toString('hex'), 'ID');
const topic = contextOf.topic('TOPIC');

export const messages: readonly Message[] = [
  { name: 'question', form: 'signed', body: questionEnvelope, key: 'agent', external: topic },
  { name: 'answer', form: 'signed', body: answerEnvelope, key: 'hub', external: topic },
  { name: 'batch', form: 'signed', body: batch, key: 'agent', external: topic },
  { name: 'telemetry batch', form: 'signed', body: telemetryBatch, key: 'agent', external: topic },
  { name: 'acknowledgement', form: 'signed', body: acknowledgement, key: 'hub', external: topic },
  { name: 'presence', form: 'signed', body: presence, key: 'agent', external: topic },
  { name: 'version refusal', form: 'signed', body: versionRefusal, key: 'hub', external: topic },
  {
    name: 'authentication statement',
    form: 'plain',
    body: authenticationStatement,
    key: "the resident's card, beside it",
  },
  {
    name: 'authentication',
    form: 'sealed',
    body: authenticationRequest,
    key: 'cardAuthenticationSeal',
    external: ofTransaction(contextOf.authentication),
  },
  {
    name: 'subject',
    form: 'signed',
    body: subjectToken,
    key: 'cardAuthentication',
    external: ofTransaction(contextOf.subject),
  },
  { name: 'order statement', form: 'plain', body: orderStatement, key: "the resident's card, beside it" },
  {
    name: 'order',
    form: 'sealed',
    body: orderRequest,
    key: 'issuingSeal of the ordered municipality',
    external: ofTransaction(contextOf.order),
  },
  {
    name: 'manifest',
    form: 'signed',
    body: manifest,
    key: 'issuing of the ordered municipality',
    external: ofTransaction(contextOf.manifest),
  },
  {
    name: 'document',
    form: 'sealed',
    body: documentBody,
    key: "the gate's key of this transaction",
    external: ofTransaction(contextOf.document),
  },
  { name: 'stamp', form: 'plain', body: pageStamp, key: 'nobody: it stands in the PDF' },
  {
    name: 'evidence',
    form: 'signed',
    body: evidence,
    key: 'gate',
    external: ofTransaction(contextOf.evidence),
  },
  {
    name: 'root',
    form: 'signed by several',
    body: root,
    key: "as many of its own keys as its threshold, and of its predecessor's",
    external: contextOf.root,
  },
  {
    name: 'key set',
    form: 'signed by several',
    body: keySet,
    key: 'as many keys of the root document as its threshold',
    external: contextOf.keySet,
  },
  {
    name: 'configuration',
    form: 'signed',
    body: configuration,
    key: 'configuration',
    external: contextOf.configuration('TERMINAL'),
  },
  { name: 'release', form: 'signed', body: release, key: 'hub', external: contextOf.release('TERMINAL') },
  {
    name: 'claim',
    form: 'signed',
    body: claim,
    key: 'agent and gate, once each',
    external: contextOf.enrolment,
  },
  { name: 'enrolment', form: 'plain', body: enrolmentRequest, key: 'agent and gate' },
  { name: 'grant', form: 'plain', body: grant, key: 'TLS, and what is signed inside' },
  { name: 'enrolment refusal', form: 'plain', body: enrolmentRefusal, key: 'TLS' },
];

export interface Channel {
  leaf: keyof Topics;
  /** Names of the messages that travel there. */
  carries: readonly string[];
  from: 'terminal' | 'hub';
  retained: boolean;
  /** The channel of what comes back, and how soon. */
  reply?: keyof Topics;
  about: string;
}

/** Every topic. All have QoS 1. */
export const channels: readonly Channel[] = [
  {
    leaf: 'request',
    carries: ['question'],
    from: 'terminal',
    retained: false,
    reply: 'reply',
    about:
      'Asked again under the same id until an answer comes or waitsMs are over: first after 0.5 s from PUBACK, then after waits that double to 10 s. A probe is answered within 5 s.',
  },
  {
    leaf: 'reply',
    carries: ['answer', 'version refusal'],
    from: 'hub',
    retained: false,
    about: 'Within the waitsMs of the question. The same answer to the same id, but for fetch and probe.',
  },
  {
    leaf: 'ledger',
    carries: ['batch'],
    from: 'terminal',
    retained: false,
    reply: 'acknowledgement',
    about: 'Sent again until it is acknowledged. At most 4 are unanswered at a time.',
  },
  {
    leaf: 'acknowledgement',
    carries: ['acknowledgement'],
    from: 'hub',
    retained: false,
    about: 'When the records are stored for good, and for a batch without records.',
  },
  {
    leaf: 'telemetry',
    carries: ['telemetry batch'],
    from: 'terminal',
    retained: false,
    reply: 'telemetryAcknowledgement',
    about: 'Only when the ledger log is acknowledged.',
  },
  {
    leaf: 'telemetryAcknowledgement',
    carries: ['acknowledgement'],
    from: 'hub',
    retained: false,
    about: 'When the records are stored for good.',
  },
  {
    leaf: 'keySet',
    carries: ['key set'],
    from: 'hub',
    retained: true,
    about: 'Where it changes, and where a terminal comes. The same bytes for all terminals.',
  },
  {
    leaf: 'presence',
    carries: ['presence'],
    from: 'terminal',
    retained: true,
    about: 'Birth at each connect; the broker publishes the last will. The terminal reads its own.',
  },
];

/** The address of a channel, with the parameter `{terminal}`. */
export const addressOf = (leaf: keyof Topics): string => topicsOf('{terminal}')[leaf];
