// What the agent takes from the hub over the link: acknowledgements and answers, with each field changed and rightly signed again.
import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { Acknowledgements } from '../../../agent/ledger/acknowledgements.ts';
import { Questions } from '../../../agent/link/questions.ts';
import { SpokenVersion } from '../../../agent/link/spoken-version.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { contract } from '../../../agent/protocol/contract.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Answer, type Question, readQuestion } from '../../../agent/protocol/exchange.ts';
import type { Acknowledgement } from '../../../agent/protocol/ledger.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { digestOf } from '../../../agent/protocol/version-refusal.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { Stage } from '../../agent/transaction/stage.ts';
import { ManualClock } from '../../manual-clock.ts';
import { codeOf } from '../../refusal.ts';
import { speaking } from '../../versions/later-contract.ts';
import { Pair } from '../../versions/pair.ts';
import { bind, bindsEveryKind, free, Reported } from './fields.ts';

const terminal = 'test-1';
const topics = topicsOf(terminal);
const [hub, agent] = [newKeyPair(), newKeyPair()];

const dir = temporaryFolder('binding');
const journal = await openJournal({
  ...({ log: 'ledger', folder: join(dir, 'ledger'), terminal, epoch: 2 } as const),
  dataKeys: [createSecretKey(Buffer.alloc(32, 3))],
  checkpoint: () => ({ body: Buffer.alloc(1) }),
  reserveSegments: 1,
});
for (let n = 1; n <= 3; n++) await journal.append(Buffer.from(`record ${n}`));
test.after(async () => {
  await journal.close();
  rmSync(dir, { recursive: true });
});

const [, second] = await journal.read(0, { limit: 2 });
const right: Acknowledgement = {
  ...{ terminal, epoch: 2, session: randomBytes(16), upto: 2, tag: second!.tag, generation: 5 },
  refused: [{ seq: 2, code: 'ledger/schema', path: 'type' }],
};
/** After a right one to the same journal. Errors: what is reported, or the alarm. */
async function acknowledged(
  body: Acknowledgement,
  leaf: 'acknowledgement' | 'telemetryAcknowledgement',
): Promise<void> {
  let reported: Reported | undefined;
  const acknowledgements = new Acknowledgements({
    ...{ journal, epoch: 2, mayDrop: leaf === 'telemetryAcknowledgement' },
    hubKey: () => hub.coseKey,
    onRefused: undefined,
    onUnused: ({ code, path }) => {
      reported = new Reported(code, path);
    },
  });
  const topic = topics[leaf];
  const isOurs = body.session.equals(right.session);
  const { session } = acknowledgements;
  for (const word of [
    { ...right, session },
    { ...body, ...(isOurs && { session }) },
  ])
    await acknowledgements.take(sign1(word as never, hub, contextOf.topic(topic)), topic);
  if (reported) throw reported;
}
bind({
  name: 'acknowledgement',
  of: 'acknowledgement',
  body: right,
  take: body => acknowledged(body, 'acknowledgement'),
  other: { epoch: 3, generation: 4, 'refused.0.seq': 3 },
  fields: {
    terminal: 'protocol/place terminal',
    epoch: 'unused/outdated epoch',
    session: 'unused/outdated session',
    upto: 'journal/foreignAcknowledgement',
    tag: 'journal/foreignAcknowledgement',
    generation: 'unused/outdated generation',
    'refused.0.seq': 'protocol/schema refused',
    'refused.0.code': free('the message itself: why the hub refused'),
    'refused.0.path': free('the message itself: which field the hub refused'),
  },
});

// the telemetry log may drop records, so a cursor that it does not have is no alarm
bind({
  name: 'acknowledgement of telemetry',
  of: 'acknowledgement',
  body: right,
  take: body => acknowledged(body, 'telemetryAcknowledgement'),
  other: { epoch: 3, generation: 4, 'refused.0.seq': 3 },
  fields: {
    terminal: 'protocol/place terminal',
    epoch: 'unused/outdated epoch',
    session: 'unused/outdated session',
    upto: 'unused/foreign upto',
    tag: 'unused/foreign upto',
    generation: free('it may fall: no telemetry stops itself'),
    'refused.0.seq': 'protocol/schema refused',
    'refused.0.code': free('the message itself: why the hub refused'),
    'refused.0.path': free('the message itself: which field the hub refused'),
  },
});

bind({
  name: 'version refusal',
  of: 'version refusal',
  body: { refused: true, versions: [1] },
  take: async ({ refused, versions }) => {
    const pair = new Pair(speaking(1, 2), speaking(1));
    await pair.connect();
    pair.delivers = false;
    const { answer } = await pair.ask();
    const digest = refused ? digestOf(pair.asked[0]!.message) : randomBytes(32);
    await pair.deliver(pair.refusal(digest, versions));
    pair.delivers = true;
    const [why] = pair.unused;
    if (why) throw new Reported(why);
    if (pair.changes === 0) await answer;
  },
  other: { 'versions.0': 3 },
  fields: { refused: 'unused/stray', 'versions.0': 'link/version' },
});

/** The hub's envelope around `answer`, as the answer to `question`; the fields of the envelope may be changed too. */
async function asked(question: Question, answer: Answer, change: { id?: true } = {}): Promise<Answer> {
  const reported = Promise.withResolvers<Answer>();
  const questions = new Questions({
    ...{ terminal, contract, version: new SpokenVersion(contract.versions), clock: new ManualClock() },
    ...{ agentKey: agent, hubKey: () => hub.coseKey },
    bytesPerSecond: () => undefined,
    publish: async (_, payload) => {
      const { id } = readQuestion(payload, topics.request, agent.coseKey);
      const body = { id: change.id ? randomBytes(16) : id, answer };
      questions.take(sign1(body, hub, contextOf.topic(topics.reply)), topics.reply);
    },
    onUnused: ({ code, path }) => reported.reject(new Reported(code, path)),
  });
  questions.online();
  const answered = questions.ask(question, { timeoutMs: 1000 });
  answered.catch(() => undefined); // reported first
  const first = await Promise.race([answered, reported.promise]);
  questions.close();
  return first;
}

/** One visit in which the hub answers one question so. Errors: the code with which the visit then ends. */
const visited = (ask: Exclude<Question['ask'], 'probe'>, answer: Answer): Promise<void> =>
  ended(new Stage({ hub: { [ask]: (question: Question) => asked(question, answer) } }));

async function ended(stage: Stage): Promise<void> {
  const { hub: port } = stage.ports;
  let refused: unknown;
  stage.ports.hub = {
    ask: (question, options) =>
      port.ask(question, options).catch(error => {
        refused = error;
        throw error;
      }),
  };
  const { ending } = await stage.run().ended;
  if (refused) throw refused;
  if (ending.outcome !== 'issued') throw new Reported(ending.code);
}

const theServices = free('a random number of a service: it compares what the card signs');
const theRegisters = free('the register’s own words, as the screen shows them; the card signs the number');
const elsewhere = 'protocol/schema answer.answer';

bind({
  name: 'answer: the envelope',
  of: 'answer',
  elsewhere: ['answer'],
  body: { id: true },
  take: ({ id }) =>
    asked({ ask: 'probe' }, { answer: 'refused', service: 'hub', code: 'hub/busy' }, id ? {} : { id: true }),
  fields: { id: 'unused/stray' },
});

bind<Answer>({
  name: 'answer challenge',
  of: 'answer',
  at: 'answer',
  body: { answer: 'challenge', challenge: randomBytes(32) },
  take: answer => visited('challenge', answer),
  fields: { answer: elsewhere, challenge: theServices },
});

bind<Answer>({
  name: 'answer authenticate',
  of: 'answer',
  at: 'answer',
  body: {
    answer: 'authenticate',
    token: randomBytes(300),
    offer: {
      municipality: '132047',
      kinds: ['juminhyo'],
      members: [
        { number: 0, relation: 'head', nth: 1, self: false },
        { number: 1, relation: 'child', nth: 1, self: true },
      ],
    },
    orderChallenge: randomBytes(32),
  },
  take: answer => visited('authenticate', answer),
  other: { 'offer.municipality': '131130', 'offer.members.0.relation': 'parent' },
  fields: {
    answer: elsewhere,
    token: free('opaque to the agent: the gate verifies it (gate.test.ts)'),
    'offer.municipality': 'choose/nothingOffered',
    'offer.kinds.0': 'choose/nothingOffered',
    'offer.members.0.number': 'protocol/schema answer.offer.members',
    'offer.members.0.relation': theRegisters,
    'offer.members.0.nth': theRegisters,
    'offer.members.0.self': 'protocol/schema answer.offer.members',
    orderChallenge: theServices,
  },
});

const sealed = randomBytes(1000);
const digest = createHash('sha256').update(sealed).digest();
const made = { answer: 'order', size: sealed.length, digest } as const;
const piece = { answer: 'fetch', offset: 0, chunk: sealed } as const;
const fetched = (order: Answer, fetch: Answer) => {
  const stage = new Stage({
    hub: {
      order: question => asked(question, order),
      fetch: question =>
        asked(question, question.offset === 0 ? fetch : { ...piece, offset: question.offset }),
    },
  });
  return ended(stage);
};
bind<Answer>({
  name: 'answer order',
  of: 'answer',
  at: 'answer',
  body: made,
  take: answer => fetched(answer, piece),
  fields: { answer: elsewhere, size: 'document/chunk', digest: 'document/digest' },
});
bind<Answer>({
  name: 'answer fetch',
  of: 'answer',
  at: 'answer',
  body: piece,
  take: answer => fetched(made, answer),
  fields: { answer: elsewhere, offset: 'document/chunk', chunk: 'document/digest' },
});

const theNews = free('the message itself: what the hub says of itself');
bind<Answer>({
  name: 'answer probe',
  of: 'answer',
  at: 'answer',
  body: {
    answer: 'probe',
    wall: 1,
    services: { cardAuthentication: true, cardStandard: true, issuing: true },
  },
  take: answer => asked({ ask: 'probe' }, answer),
  fields: {
    answer: elsewhere,
    wall: theNews,
    'services.cardAuthentication': theNews,
    'services.cardStandard': theNews,
    'services.issuing': theNews,
  },
});
bind<Answer>({
  name: 'answer refused',
  of: 'answer',
  at: 'answer',
  body: { answer: 'refused', service: 'issuing', code: 'issuing/moved', path: 'order' },
  take: answer => asked({ ask: 'probe' }, answer),
  other: { service: 'hub' },
  fields: { answer: elsewhere, service: theNews, code: theNews, path: theNews },
});

bindsEveryKind('answer', 'answer', 'answer');

test('an answer of another kind than its question is refused', async () => {
  const other = visited('challenge', made);
  assert.is(await codeOf(other), 'hub/otherAnswer');
});

test.run();
