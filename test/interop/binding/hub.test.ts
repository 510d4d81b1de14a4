// What the virtual hub takes from terminals, with each field changed and rightly signed again.
import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode, type Value } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Question, readAnswer } from '../../../agent/protocol/exchange.ts';
import { type LedgerRecord, readAcknowledgement } from '../../../agent/protocol/ledger.ts';
import { readTelemetry, type TelemetryRecord } from '../../../agent/protocol/telemetry.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { judge } from '../../../simulator/hub/ledger/evidence.ts';
import { Ledger } from '../../../simulator/hub/ledger/ledger.ts';
import { answerQuestion, type QuestionServices } from '../../../simulator/hub/routing/question-routing.ts';
import { Router } from '../../../simulator/hub/routing/router.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { Terminals, terminalsSchema } from '../../../simulator/hub/store/terminals.ts';
import { Transactions, transactionsSchema } from '../../../simulator/hub/store/transactions.ts';
import { Telemetry, telemetrySchema } from '../../../simulator/hub/telemetry/telemetry.ts';
import { codeOf } from '../../refusal.ts';
import * as sample from '../sample-bodies.ts';
import { bind, bindsEveryKind, free, Reported } from './fields.ts';
import { pathsOf, schemaOf } from './schema-paths.ts';

const { terminal, transaction } = sample;
const topics = topicsOf(terminal);
const [agent, gate, hubKey] = [newKeyPair(), newKeyPair(), newKeyPair()];
const clock = { now: () => 0, wall: () => 1 };

/** A hub of one terminal, which is in its second enrolment. `known`: a transaction that it has begun. */
function hub(known?: Buffer) {
  const terminals = new Terminals(openDatabase(':memory:', terminalsSchema));
  for (let epoch = 1; epoch <= 2; epoch++) terminals.add(terminal, agent.coseKey, gate.coseKey);
  const transactions = new Transactions(openDatabase(':memory:', transactionsSchema));
  if (known) transactions.begin(known, terminal, randomBytes(16));
  const ledger = new Ledger({ path: ':memory:', generation: 1, wall: clock.wall, ended: () => undefined });
  const said: string[] = [];
  const published: [topic: string, message: Buffer][] = [];
  const services = {
    ...{ transactions, clock, say: () => undefined },
    cardAuthentication: {
      ask: async ({ ask }: { ask: string }) =>
        ask === 'challenge'
          ? { answer: 'challenge', challenge: randomBytes(32) }
          : { answer: 'authenticate', token: randomBytes(300), holder: 'm101' },
    },
    cardStandard: {
      ask: async () => ({ answer: 'offer', offer: { municipality: '132047', kinds: [], members: [] } }),
    },
    issuing: {
      ask: async ({ ask }: { ask: string }) =>
        ({
          order: { answer: 'order', size: 1, digest: randomBytes(32) },
          orderChallenge: { answer: 'orderChallenge', challenge: randomBytes(32) },
          fetch: { answer: 'fetch', offset: 0, chunk: randomBytes(1) },
        })[ask],
    },
  } as unknown as QuestionServices;
  const router = new Router({
    ...{ terminals, ledger, hubKey, clock, keySet: Buffer.alloc(0) },
    telemetry: new Telemetry(openDatabase(':memory:', telemetrySchema)),
    keySet: Buffer.alloc(0),
    say: line => said.push(line),
    publish: async (topic, message) => void published.push([topic, message]),
    answer: (name, id, question) => answerQuestion(name, id, question, services),
    behaviours: { routing: [], acknowledgement: [] },
  });
  return {
    ledger,
    published,
    /** Errors: what the log says of a message that was dropped. */
    async take(
      leaf: 'request' | 'ledger' | 'telemetry' | 'presence',
      body: unknown,
    ): Promise<Buffer | undefined> {
      await router.take(topics[leaf], sign1(body as Value, agent, contextOf.topic(topics[leaf])));
      const [, code, path] =
        /: ([a-z]+\/[a-zA-Z]+) ?(\S*)$/.exec(said.find(line => line.includes('dropped')) ?? '') ?? [];
      if (code) throw new Reported(code, path || undefined);
      return published.at(-1)?.[1];
    },
  };
}

const anyId = free('a random number: it only relates the answer to the question');
const forPeople = free('the terminal’s own word of itself; nothing is decided by it');

async function asked(body: { id: Buffer; question: Question }, known?: Buffer): Promise<void> {
  const reply = await hub(known).take('request', body);
  const { id, answer } = readAnswer(reply!, topics.reply, hubKey.coseKey);
  assert.equal(id, body.id);
  if (answer.answer === 'refused') throw new Reported(answer.code);
}
const envelope = (question: Question) => ({ id: Buffer.alloc(16, 1), waitsMs: 1000, question });
const [challenge, authenticate, order, fetch, probe] = sample.questions;

bind({
  name: 'question challenge',
  of: 'question',
  body: envelope(challenge!),
  take: body => asked(body),
  fields: {
    id: anyId,
    waitsMs: free('the terminal’s own wait'),
    'question.ask': 'protocol/schema question.ask',
    'question.transaction': free('a random number: the transaction begins with it'),
  },
});
const sealedBody = free('opaque to the routing: its service opens it (requests.test.ts)');
for (const [question, field, what] of [
  [authenticate!, 'sealed', sealedBody],
  [order!, 'sealed', sealedBody],
  [fetch!, 'offset', free('any piece of the document')],
] as const)
  bind({
    name: `question ${question.ask}`,
    of: 'question',
    body: envelope(question),
    take: body => asked(body, transaction),
    fields: {
      id: anyId,
      waitsMs: free('the terminal’s own wait'),
      'question.ask': 'protocol/schema question.ask',
      'question.transaction': 'hub/transactionUnknown',
      [`question.${field}`]: what,
    },
  });

bind({
  name: 'question probe',
  of: 'question',
  body: envelope(probe!),
  take: body => asked(body),
  fields: {
    id: anyId,
    waitsMs: free('the terminal’s own wait'),
    'question.ask': 'protocol/schema question.ask',
  },
});
bindsEveryKind('question', 'question.ask');

test('a question that its terminal signed and that breaks the contract is refused under its id', async () => {
  const at = hub();
  const wrong = { ...envelope(challenge!), waitsMs: 0 };
  assert.is(await codeOf(at.take('request', wrong)), 'protocol/schema');
  const { id, answer } = readAnswer(at.published.at(-1)![1], topics.reply, hubKey.coseKey);
  assert.equal(
    [id, answer],
    [wrong.id, { ...{ answer: 'refused', service: 'hub', code: 'hub/malformed' }, path: 'waitsMs' }],
  );
});

const record = (n: number) => ({ tag: Buffer.alloc(16, n), body: sample.batch.records[0]!.body });
const batch = {
  ...{ terminal, epoch: 2, session: Buffer.alloc(16, 1), from: 2 },
  records: [record(2)],
};
async function delivered(body: typeof batch, leaf: 'ledger' | 'telemetry', more = {}) {
  const at = hub();
  await at.take(leaf, { ...batch, from: 1, records: [record(1)], ...more });
  const reply = await at.take(leaf, body);
  const topic = leaf === 'ledger' ? topics.acknowledgement : topics.telemetryAcknowledgement;
  const { upto, session } = readAcknowledgement(reply!, topic, hubKey.coseKey);
  assert.equal(session, body.session);
  const [alarm] = at.ledger.reader.alarms();
  if (alarm) throw new Reported(alarm.code);
  if (upto < 2) throw new Reported('not taken');
}
const sealed = free('only the terminal can check its own seal; another record of this number is ledger/fork');
const echoed = free('echoed: the terminal compares it');
bind({
  name: 'batch',
  of: 'batch',
  body: batch,
  take: body => delivered(body, 'ledger'),
  other: { epoch: 3 },
  fields: {
    terminal: 'protocol/place terminal',
    epoch: 'protocol/place epoch',
    session: echoed,
    from: 'not taken',
    'records.0.tag': sealed,
    'records.0.body': sealed,
  },
});
bind({
  name: 'batch that was taken already',
  of: 'batch',
  body: { ...batch, from: 1, records: [record(1), record(2)] },
  take: body => delivered(body, 'ledger'),
  other: { epoch: 3 },
  fields: {
    terminal: 'protocol/place terminal',
    epoch: 'protocol/place epoch',
    session: echoed,
    from: sealed,
    'records.0.tag': 'ledger/fork',
    'records.0.body': 'ledger/fork',
  },
});
bind({
  name: 'telemetry batch',
  of: 'telemetry batch',
  body: { ...batch, oldest: 2 },
  take: body => delivered(body, 'telemetry', { oldest: 1 }),
  other: { epoch: 1, from: 1 },
  fields: {
    terminal: 'protocol/place terminal',
    epoch: 'protocol/place epoch',
    session: echoed,
    from: 'protocol/schema oldest',
    'records.0.tag': sealed,
    'records.0.body': sealed,
    oldest: 'protocol/schema oldest',
  },
});

bind({
  name: 'presence',
  of: 'presence',
  body: { ...sample.stopped, epoch: 2 },
  take: body => hub().take('presence', body),
  other: { epoch: 1 },
  fields: {
    terminal: 'protocol/place terminal',
    epoch: 'protocol/place epoch',
    session: free('random for each connection: it tells an old will from the present connection'),
    online: forPeople,
    software: forPeople,
    'versions.0': free('what the terminal speaks: the hub answers in the version of each question'),
    'stopped.code': forPeople,
    'stopped.evidence': free('the operator compares it; a consent names it'),
  },
});

const theGates = free('the gate’s own word, which nobody else can know');
bind({
  name: 'evidence',
  of: 'evidence',
  body: sample.evidence,
  take: body => {
    const message = sign1(body, gate, contextOf.evidence(transaction));
    const { evidence } = judge(message, transaction, terminal, gate.coseKey);
    if (evidence !== 'valid') throw new Reported(evidence);
  },
  other: { result: 'printed', job: 1 },
  fields: {
    transaction: 'invalid',
    terminal: 'invalid',
    manifestDigest: free('for who settles a claim, and has the issuing service’s own record of it'),
    pdfDigest: free('as manifestDigest'),
    result: theGates,
    job: theGates,
    jobState: theGates,
    impressions: theGates,
    expected: theGates,
  },
});

/** Gives the ledger one record. Errors: the code with which it is kept as refused, or what its evidence is worth. */
function recorded(record: LedgerRecord): void {
  const { ledger } = hub();
  const body = { terminal, epoch: 2, session: Buffer.alloc(16), from: 1 };
  const delivery = {
    ...body,
    records: [{ tag: Buffer.alloc(16, 1), body: encode(record as unknown as Value) }],
  };
  const [word] = ledger.take([{ batch: delivery, gate: gate.coseKey }]);
  const [refused] = word!.refused;
  if (refused) throw new Reported(refused.code);
  const [row] = ledger.reader.transactions();
  if (row?.evidence === 'invalid') throw new Reported('invalid');
}
const ownWord = free(
  'the terminal’s own word; it stands under its seal, and decides nothing without evidence or a person',
);
const forRefunds = free(
  'the terminal’s own word of money: compared with what came into the till, by a person',
);
const signed = sign1(sample.evidence, gate, contextOf.evidence(transaction));
const wall = 5;
for (const [record, fields, other] of [
  [
    { type: 'step', transaction, step: 12, at: 'pay', event: Buffer.alloc(1), wall },
    {
      type: 'ledger/schema',
      transaction: ownWord,
      step: ownWord,
      at: ownWord,
      event: ownWord,
      wall: ownWord,
    },
    {},
  ],
  [
    {
      ...{ type: 'end', transaction, outcome: 'refundDue', code: 'page/jam', order: sample.order },
      ...{ keptYen: 0, owedYen: 400, evidence: signed, wall },
    },
    {
      type: 'ledger/schema',
      transaction: 'invalid',
      outcome: ownWord,
      code: ownWord,
      'order.municipality': ownWord,
      'order.kind': ownWord,
      'order.options.scope': ownWord,
      'order.options.members.0': ownWord,
      'order.options.relation': ownWord,
      'order.copies': ownWord,
      'order.feeYen': ownWord,
      'order.media': ownWord,
      'order.sides': ownWord,
      keptYen: forRefunds,
      owedYen: forRefunds,
      evidence: 'invalid',
      wall: ownWord,
    },
    {
      outcome: 'unknown',
      'order.municipality': '131130',
      'order.media': 'iso_a5_148x210mm',
      'order.sides': 'two-sided-long-edge',
    },
  ],
  [
    { type: 'evidence', transaction, outcome: 'unknown', result: 'unknown', evidence: signed, wall },
    {
      type: 'ledger/schema',
      transaction: 'ledger/evidence',
      outcome: ownWord,
      result: free('the hub relies on the evidence only'),
      evidence: 'ledger/evidence',
      wall: ownWord,
    },
    { outcome: 'refundDue', result: 'printed' },
  ],
  [
    { type: 'start', software: 'madoguchi 0.1.0', wall },
    { type: 'ledger/schema', software: ownWord, wall: ownWord },
    {},
  ],
] as const)
  bind<LedgerRecord>({
    name: `ledger record ${record.type}`,
    of: 'ledger record',
    body: record as LedgerRecord,
    take: recorded,
    fields,
    other: other as Record<string, Value>,
  });
bindsEveryKind('ledger record', 'type');

const forOperators = free('for an operator who looks: nothing is decided by it');
for (const record of sample.telemetry)
  bind<TelemetryRecord>({
    name: `telemetry record ${record.type}`,
    of: 'telemetry record',
    body: record,
    take: body => readTelemetry(encode(body as unknown as Value)),
    // whatever a version adds: telemetry decides nothing
    fields: Object.fromEntries(
      [...pathsOf(schemaOf('telemetry record'), record)].map(path => [
        path,
        path === 'type' ? 'protocol/schema type' : forOperators,
      ]),
    ),
    other: otherTelemetry(record),
  });
bindsEveryKind('telemetry record', 'type');

/** Words of fixed lists. */
function otherTelemetry(record: TelemetryRecord): Record<string, Value> {
  const is = { condition: 'back', link: 'up', paper: 'on' } as Record<string, string>;
  return {
    ...(record.type in is && { is: is[record.type]! }),
    ...(record.type === 'transaction' && { outcome: 'issued' }),
    ...(record.type === 'paper' && { printer: 'receipt' }),
  };
}

test.run();
