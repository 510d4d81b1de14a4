// One body of each kind, at the edges of what the contract allows where that is cheap; random where it can be.
import { randomBytes as some } from 'node:crypto';
import { encode } from '../../agent/protocol/cbor.ts';
import type { Configuration } from '../../agent/protocol/configuration.ts';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import type { Manifest } from '../../agent/protocol/document.ts';
import { signEvidence } from '../../agent/protocol/evidence.ts';
import type { Answer, Question } from '../../agent/protocol/exchange.ts';
import { encodeRecord, type LedgerRecord } from '../../agent/protocol/ledger.ts';
import { encodeStatement } from '../../agent/protocol/statement.ts';
import { signSubjectToken } from '../../agent/protocol/subject-token.ts';
import { encodeTelemetry, type TelemetryRecord } from '../../agent/protocol/telemetry.ts';

export const terminal = 'shop-0042';
export const transaction = some(16);

/** Who signs, or is sealed to. */
export const [agent, gate, hub, service, seal, root] = Array.from({ length: 6 }, newKeyPair) as [
  KeyPair,
  KeyPair,
  KeyPair,
  KeyPair,
  KeyPair,
  KeyPair,
];

export const order = {
  municipality: '132047',
  kind: 'residentRecord',
  options: { scope: 'members', members: [0, 2], relation: 'shown' },
  copies: 2,
  feeYen: 400,
  media: 'na_letter_8.5x11in',
  sides: 'two-sided-long-edge' as const,
};

export const token = {
  transaction,
  terminal,
  certificateDigest: some(32),
  gateKeyThumbprint: gate.thumbprint,
  subject: some(16),
};
const signedToken = signSubjectToken(token, service);

export const questions: Question[] = [
  { ask: 'challenge', transaction },
  { ask: 'authenticate', transaction, sealed: some(900) },
  { ask: 'order', transaction, sealed: some(70_000).subarray(0, 32_768) },
  { ask: 'fetch', transaction, offset: 65_536 },
  { ask: 'probe' },
];

export const answers: Answer[] = [
  { answer: 'challenge', challenge: some(32) },
  {
    answer: 'authenticate',
    token: signedToken,
    offer: {
      municipality: '132047',
      kinds: ['residentRecord', 'sealRegistration'],
      members: [
        { number: 0, relation: 'head', nth: 1, self: false },
        { number: 1, relation: 'spouse', nth: 1, self: true },
      ],
    },
    orderChallenge: some(32),
  },
  { answer: 'order', size: 123_456, digest: some(32) },
  { answer: 'fetch', offset: 65_536, chunk: some(65_536) },
  {
    answer: 'probe',
    wall: Number.MAX_SAFE_INTEGER,
    services: { cardAuthentication: true, cardStandard: false, issuing: true },
  },
  { answer: 'refused', service: 'issuing', code: 'issuing/moved', path: 'order' },
];

const statement = { transaction, terminal, challenge: some(32) };
const authentication = encodeStatement({
  context: 'madoguchi/1 authentication',
  ...statement,
  gateKey: gate.coseKey,
  gateNonce: some(32),
});
export const authenticationRequest = {
  statement: authentication,
  algorithm: -257 as const,
  signature: some(512),
  certificate: some(1500),
};
export const orderRequest = {
  statement: encodeStatement({
    context: 'madoguchi/1 order',
    ...statement,
    gateKeyThumbprint: gate.thumbprint,
    order,
  }),
  algorithm: -35 as const,
  signature: some(96),
  authentication,
  authenticationSignature: some(96),
  certificate: some(1500),
  token: signedToken,
};

export const manifest: Manifest = {
  transaction,
  terminal,
  gateNonce: some(32),
  gateKeyThumbprint: gate.thumbprint,
  subject: token.subject,
  order,
  pages: 2,
  pdfDigest: some(32),
};

export const evidence = {
  transaction,
  terminal,
  manifestDigest: some(32),
  pdfDigest: some(32),
  result: 'unknown' as const,
  job: 2 ** 31 - 1,
  jobState: 'processing-stopped',
  impressions: -1,
  expected: 4,
};

const signedEvidence = signEvidence(evidence, gate);

const wall = Date.UTC(2026, 10, 23);
const records: LedgerRecord[] = [
  { type: 'start', software: 'madoguchi 0.1.0', wall },
  { type: 'step', transaction, step: 12, at: 'pay', event: encode({ is: 'captured' }), wall },
  {
    type: 'end',
    transaction,
    outcome: 'refundDue',
    code: 'page/jam',
    order,
    keptYen: 0,
    owedYen: 400,
    evidence: signedEvidence,
    wall,
  },
  { type: 'evidence', transaction, outcome: 'unknown', result: 'notPrinted', evidence: signedEvidence, wall },
];
export const batch = {
  terminal,
  epoch: 3,
  session: some(16),
  from: 2 ** 40 + 1,
  records: records.map(record => ({ tag: some(16), body: encodeRecord(record) })),
};
const when = { ms: 2 ** 33, wall };
export const telemetry: TelemetryRecord[] = [
  { type: 'start', software: 'madoguchi 0.1.0', ...when },
  { type: 'stop', software: 'madoguchi 1.0.0-rc.1', ...when },
  { type: 'condition', code: 'receipt/paper', is: 'lost', ...when },
  { type: 'link', is: 'down', code: 'link/takenOver', reason: 142, ...when },
  {
    type: 'transaction',
    outcome: 'refundDue',
    code: 'page/jam',
    spentMs: { pay: 2 ** 40, print: 0 },
    ...when,
  },
  { type: 'paper', printer: 'page', warning: 'toner-low', is: 'over', ...when },
  { type: 'journal', waiting: 2 ** 40, reserveReached: true, dropped: 0, logDropped: 0, ...when },
  { type: 'journal', waiting: 0, reserveReached: false, dropped: 2, logDropped: 2 ** 40, ...when },
  { type: 'hub', unused: 3, certificateDays: -1, clockAheadMs: -(2 ** 40), ...when },
];
export const telemetryBatch = {
  ...batch,
  oldest: 2 ** 40,
  records: telemetry.map(record => ({ tag: some(16), body: encodeTelemetry(record) })),
};
export const acknowledgement = {
  terminal,
  epoch: 2 ** 32,
  session: some(16),
  upto: Number.MAX_SAFE_INTEGER,
  tag: some(16),
  generation: 1,
  refused: [{ seq: 7, code: 'ledger/schema', path: 'type' }],
};
export const presence = {
  terminal,
  epoch: 1,
  session: some(16),
  online: false,
  software: 'madoguchi 0.1.0',
  versions: [1, 3, 255],
};
export const versionRefusal = { refused: some(32), versions: [2] };
export const stopped = {
  ...presence,
  online: true,
  stopped: { code: 'journal/altered', evidence: some(32) },
};
export const released = { terminal, epoch: 1, newEpoch: 2, evidence: some(32) };

export const rootDocument = {
  version: 1 as const,
  generation: 7,
  threshold: 2,
  keys: [root.coseKey, hub.coseKey, service.coseKey],
};

export const keySet = {
  version: 1 as const,
  generation: 24,
  keys: {
    hub: hub.coseKey,
    configuration: service.coseKey,
    cardAuthentication: service.coseKey,
    cardAuthenticationSeal: seal.coseKey,
    issuing: { '132047': service.coseKey, '011002': hub.coseKey },
    issuingSeal: { '132047': seal.coseKey, '011002': agent.coseKey },
  },
};

export const configuration: Configuration = {
  schema: 1,
  audience: terminal,
  seq: 256,
  waits: {
    pinMs: 60_000,
    hubMs: 30_000,
    deviceMs: 10_000,
    choiceMs: 120_000,
    takeCardMs: 60_000,
    fetchMs: 120_000,
    payMs: 180_000,
    printMs: 300_000,
    receiptMs: 30_000,
  },
  shop: { name: '窓口マート三鷹駅前店', contact: '0422-00-0000' },
  municipalities: {
    '132047': {
      name: '三鷹市',
      kinds: {
        residentRecord: {
          title: '住民票の写し',
          feeYen: 200,
          maxCopies: 10,
          media: 'iso_a4_210x297mm',
          sides: 'one-sided',
          options: [
            { name: 'scope', title: '𠮷田家の範囲', values: [{ value: 'household', title: '世帯全員' }] },
          ],
          members: true,
        },
      },
    },
  },
};

export const claim = {
  code: '01234-56789-ABCDE-FGHJK-MNPQR',
  certificateRequest: some(500),
  agentKey: agent.coseKey,
  gateKey: gate.coseKey,
};
export const stamps = [1, 2].map(page => ({ transaction, subject: token.subject, page, pages: 2 }));
