// The whole hub over real TLS and MQTT: enrolment, then one issue from challenge to ledger, with a terminal's questions.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextOf } from '../../../agent/protocol/context.ts';
import { newKeyPair, toKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { openDocument, readManifest } from '../../../agent/protocol/document.ts';
import { type Answer, type Question, readAnswer, signQuestion } from '../../../agent/protocol/exchange.ts';
import { readKeySet } from '../../../agent/protocol/key-set.ts';
import { encodeRecord, readAcknowledgement, signBatch } from '../../../agent/protocol/ledger.ts';
import { signPresence } from '../../../agent/protocol/presence.ts';
import { readRoot } from '../../../agent/protocol/root.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { digestOf, readVersionRefusal } from '../../../agent/protocol/version-refusal.ts';
import { enrol } from '../../../provisioning/enrolment/enrol.ts';
import { startHub } from '../../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { nextMessage } from './next-event.ts';
import { makeTestCardAuthority } from './test-card.ts';
import { juminhyo, makeTestGate } from './test-gate.ts';

const dir = temporaryFolder('hub');
const authority = await makeTestCardAuthority();
const card = await authority.issue();
const said: string[] = [];
const hub = await startHub({
  dir: join(dir, 'hub'),
  say: line => said.push(line),
  cardAuthority: [authority],
});
hub.bindCard('m101', card.certificate);

const terminal = 'mitaka-1';
const home = join(dir, 'home');
await enrol({
  hub: new URL(hub.enrolmentUrl),
  code: hub.createEnrolmentCode({ terminal }),
  root: Buffer.from(hub.rootThumbprint, 'hex'),
  home,
});
const file = (name: string) => readFileSync(join(home, 'agent', name));
const agentKey = toKeyPair(createPrivateKey(file('keys/agent-signing.pem')));
const { keys } = readKeySet(file('key-set.cbor'), readRoot(file('root.cbor')));
const topics = topicsOf(terminal);
const client = await mqtt.connectAsync(hub.brokerUrl, {
  protocolVersion: 5,
  reconnectPeriod: 0,
  ca: file('authority.pem'),
  cert: file('certificate.pem'),
  key: file('keys/link-tls.pem'),
});
const later = topicsOf(terminal, 2);
await client.subscribeAsync([topics.reply, topics.acknowledgement, later.reply], { qos: 1 });

test.after(async () => {
  await client.endAsync(true);
  await hub.close();
  await hub.close();
  rmSync(dir, { recursive: true });
});

const publish = (topic: string, message: Buffer) => client.publishAsync(topic, message, { qos: 1 });

async function nextOn(topic: string): Promise<Buffer> {
  for (;;) {
    const { topic: from, message } = await nextMessage(client);
    if (from === topic) return message;
  }
}

async function send(
  question: Question,
  id = randomBytes(16),
  key = agentKey,
): Promise<{ id: Buffer; answer: Answer }> {
  const reply = nextOn(topics.reply);
  await publish(topics.request, signQuestion({ id, waitsMs: 15_000, question }, topics.request, key));
  return readAnswer(await reply, topics.reply, keys.hub);
}

const ask = async (question: Question) => (await send(question)).answer;

function expected<K extends Answer['answer']>(answer: Answer, kind: K): Extract<Answer, { answer: K }> {
  assert.is(answer.answer, kind, JSON.stringify(answer));
  return answer as Extract<Answer, { answer: K }>;
}

/** Resolves when the hub has logged a line that contains `part`. */
async function logged(part: string): Promise<void> {
  while (!said.some(line => line.includes(part))) await new Promise(setImmediate);
}

const batch = (from: number, records: { tag: Buffer; body: Buffer }[], epoch = 1, key = agentKey) =>
  signBatch({ terminal, epoch, session: Buffer.alloc(16, 1), from, records }, topics.ledger, key);

const gate = makeTestGate(card, terminal);
const { transaction } = gate;

test('one issue from the challenge to the ledger; the document is removed at the end', async () => {
  const { challenge } = expected(await ask({ ask: 'challenge', transaction }), 'challenge');
  const sealed = gate.authenticate(challenge, keys.cardAuthenticationSeal);
  const known = expected(await ask({ ask: 'authenticate', transaction, sealed }), 'authenticate');
  assert.equal(
    known.offer.members.map(({ relation }) => relation),
    ['head', 'spouse', 'child', 'child'],
  );
  const order = gate.order({
    challenge: known.orderChallenge,
    token: known.token,
    service: keys.issuingSeal['132047']!,
  });
  const made = expected(await ask({ ask: 'order', transaction, sealed: order }), 'order');
  const { chunk } = expected(await ask({ ask: 'fetch', transaction, offset: 0 }), 'fetch');
  assert.is(chunk.length, made.size);
  const { manifest } = openDocument(chunk, transaction, gate.key);
  assert.equal(readManifest(manifest, transaction, keys.issuing['132047']!).order, juminhyo);
  assert.is(hub.documentsHeld(), 1);

  const end = {
    type: 'end',
    transaction,
    outcome: 'issued',
    order: juminhyo,
    keptYen: 200,
    owedYen: 0,
    wall: 1,
  } as const;
  const record = { tag: randomBytes(16), body: encodeRecord(end) };
  const reply = nextOn(topics.acknowledgement);
  await publish(topics.ledger, batch(1, [record]));
  const { upto, tag } = readAcknowledgement(await reply, topics.acknowledgement, keys.hub);
  assert.is(upto, 1);
  assert.equal(tag, record.tag);
  assert.is(hub.documentsHeld(), 0);
  assert.is(hub.ledger.cursor(terminal), 1);
  assert.is(hub.ledger.transactions()[0]?.outcome, 'issued');
});

test('a transaction begins once, and only its own terminal may continue it', async () => {
  const again = expected(await ask({ ask: 'challenge', transaction }), 'refused');
  assert.is(again.code, 'hub/transactionTaken');
  const fresh = expected(await ask({ ask: 'fetch', transaction: randomBytes(16), offset: 0 }), 'refused');
  assert.is(fresh.code, 'hub/transactionUnknown');
});

test('a repeated question gets the same answer; another question with its id is refused', async () => {
  const [id, other] = [randomBytes(16), randomBytes(16)];
  const first = expected((await send({ ask: 'challenge', transaction: other }, id)).answer, 'challenge');
  const second = expected((await send({ ask: 'challenge', transaction: other }, id)).answer, 'challenge');
  assert.equal(second.challenge, first.challenge);
  const changed = await send({ ask: 'challenge', transaction: randomBytes(16) }, id);
  assert.is(expected(changed.answer, 'refused').code, 'hub/questionChanged');
});

test('a first question that comes again after a crash of the hub begins its transaction, once', async () => {
  const [id, other] = [randomBytes(16), randomBytes(16)];
  await send({ ask: 'challenge', transaction: other }, id);
  await hub.crash();
  await hub.recover();
  expected((await send({ ask: 'challenge', transaction: other }, id)).answer, 'challenge');
  const again = expected(await ask({ ask: 'challenge', transaction: other }), 'refused');
  assert.is(again.code, 'hub/transactionTaken');
});

test('a probe is answered with the hub’s time, and says which service did not answer the hub: one that fails, one that hangs', async () => {
  const before = Date.now();
  const { wall, services } = expected(await ask({ ask: 'probe' }), 'probe');
  assert.ok(before <= wall && wall <= Date.now());
  assert.equal(services, { cardAuthentication: true, cardStandard: true, issuing: true });
  hub.behaviours.cardStandard.push(() => {
    throw new Error('out of order');
  });
  hub.behaviours.issuing.push(() => new Promise(() => undefined));
  const id = randomBytes(16);
  const half = expected((await send({ ask: 'probe' }, id)).answer, 'probe');
  assert.equal(half.services, { cardAuthentication: true, cardStandard: false, issuing: false });
  hub.behaviours.cardStandard.pop();
  hub.behaviours.issuing.pop();
  const whole = expected((await send({ ask: 'probe' }, id)).answer, 'probe');
  assert.ok(whole.services.issuing, 'the answer to a probe is made anew, also for the same id');
});

test('a question, batch or presence that is signed with another key or for another topic is dropped', async () => {
  const forger = newKeyPair();
  const question = {
    id: randomBytes(16),
    waitsMs: 1000,
    question: { ask: 'challenge', transaction },
  } as const;
  const drops = () =>
    said.filter(line => line.includes('dropped') && line.includes('protocol/signature')).length;
  const before = drops();
  await publish(topics.request, signQuestion(question, topics.request, forger));
  await publish(topics.request, signQuestion(question, topics.ledger, agentKey));
  await publish(topics.ledger, batch(2, [], 1, forger));
  const presence = {
    terminal,
    epoch: 1,
    session: randomBytes(16),
    online: true,
    software: 'test',
    versions: [1],
  };
  await publish(topics.presence, signPresence(presence, topics.presence, forger));
  while (drops() < before + 4) await new Promise(setImmediate);
  assert.is(hub.ledger.cursor(terminal), 1);
  assert.equal(hub.present(), []);
});

test('a question in a version that the hub does not speak is refused by its digest, with what it speaks', async () => {
  const body = { id: randomBytes(16), waitsMs: 1000, question: 'what version 2 asks' };
  const question = sign1(body, agentKey, contextOf.topic(later.request));
  const reply = nextOn(later.reply);
  await publish(later.request, sign1(body, newKeyPair(), contextOf.topic(later.request)));
  await logged('dropped a message on madoguchi/2/'); // nobody else gets an answer
  await publish(later.request, question);
  assert.equal(readVersionRefusal(await reply, later.reply, keys.hub), {
    refused: digestOf(question),
    versions: [1],
  });
});

test('a batch of another epoch is dropped', async () => {
  await publish(topics.ledger, batch(1, [], 2));
  await logged('protocol/place epoch');
});

test('the will message of an old session does not change a newer session', async () => {
  const presence = (session: Buffer, online: boolean) =>
    publish(
      topics.presence,
      signPresence(
        { terminal, epoch: 1, session, online, software: 'test', versions: [1] },
        topics.presence,
        agentKey,
      ),
    );
  const [old, now] = [randomBytes(16), randomBytes(16)];
  await presence(old, true);
  await presence(now, true);
  await presence(old, false);
  await ask({ ask: 'fetch', transaction, offset: 0 }); // messages arrive in order: the presence was processed
  assert.equal(hub.present(), [terminal]);
  await presence(now, false);
  await logged('is gone');
  assert.equal(hub.present(), []);
});

test('a fault of the routing is one behaviour: the answer comes twice', async () => {
  hub.behaviours.routing.push(async (_, { answer, send: again }) => {
    await again(await answer());
    return answer();
  });
  const seen: Answer[] = [];
  const listen = (topic: string, message: Buffer) => {
    if (topic === topics.reply) seen.push(readAnswer(message, topic, keys.hub).answer);
  };
  client.on('message', listen);
  await ask({ ask: 'challenge', transaction: randomBytes(16) });
  while (seen.length < 2) await nextMessage(client);
  client.off('message', listen);
  hub.behaviours.routing.pop();
  assert.equal(seen[0], seen[1]);
});

test('an answer that comes after its time limit is not sent', async () => {
  const message = {
    id: randomBytes(16),
    waitsMs: 1,
    question: { ask: 'challenge', transaction: randomBytes(16) },
  } as const;
  hub.behaviours.routing.push(async (_, { answer }) => {
    const until = performance.now() + 2;
    while (performance.now() < until) await new Promise(setImmediate);
    return answer();
  });
  await publish(topics.request, signQuestion(message, topics.request, agentKey));
  await logged('nobody waits');
  hub.behaviours.routing.pop();
});

test.run();
