// Old and new terminals with old and new hubs: which version is spoken, and who can bring a terminal to another one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextOf } from '../../agent/protocol/context.ts';
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { sign1 } from '../../agent/protocol/cose-sign1.ts';
import type { ProtocolError } from '../../agent/protocol/error.ts';
import { readAnswer, readQuestion, signAnswer, signQuestion } from '../../agent/protocol/exchange.ts';
import {
  type Batch,
  readAcknowledgement,
  readBatch,
  signAcknowledgement,
  signBatch,
} from '../../agent/protocol/ledger.ts';
import { signPresence } from '../../agent/protocol/presence.ts';
import { topicsOf } from '../../agent/protocol/topics.ts';
import { digestOf } from '../../agent/protocol/version-refusal.ts';
import { presence } from '../interop/sample-bodies.ts';
import { refusedWith, refuses } from '../refusal.ts';
import { speaking } from './later-contract.ts';
import { challenge, Pair, terminal } from './pair.ts';

const requests = ({ wire }: Pair) => wire.filter(one => one.endsWith('request'));

test('every pair of old and new speaks the highest version that both know', async () => {
  for (const [ofTerminal, ofHub, version] of [
    [[1], [1], 1],
    [[1], [1, 2], 1],
    [[1, 2], [1], 1],
    [[1, 2], [1, 2], 2],
    [[1, 2], [2], 2],
    [[1, 2, 3], [1, 2], 2],
    [[1, 3], [1, 2], 1],
  ] as const) {
    const pair = new Pair(speaking(...ofTerminal), speaking(...ofHub));
    await pair.connect();
    const { answer } = await pair.ask();
    assert.is((await answer).answer, 'challenge', `${ofTerminal} with ${ofHub}`);
    assert.equal(
      pair.wire.slice(-2),
      [`${version} request`, `${version} reply`],
      `${ofTerminal} with ${ofHub}`,
    );
    assert.is(pair.worked.length, 1);
    assert.equal(pair.unused, []);
  }
});

test('a new terminal asks an old hub again under the same id, with what is left of its wait, and in the new version on the next connection', async () => {
  const pair = new Pair(speaking(1, 2), speaking(1));
  await pair.connect();
  pair.delivers = false;
  const { answer } = await pair.ask();
  await pair.clock.move(400);
  pair.delivers = true;
  await pair.deliver(pair.answered[0]!);
  await answer;
  const [first, second] = pair.asked.map(({ topic, message }) =>
    readQuestion(message, topic, pair.agentKey.coseKey, speaking(1, 2)),
  );
  assert.equal(first!.id, second!.id);
  assert.equal([first!.waitsMs, second!.waitsMs], [15_000, 14_600]);
  assert.is(pair.changes, 1, 'batches are sent anew');
  await (await pair.ask()).answer;
  assert.equal(requests(pair), ['2 request', '1 request', '1 request']);
  await pair.connect();
  pair.becomes(speaking(1, 2));
  await (await pair.ask()).answer;
  assert.is(requests(pair).at(-1), '2 request');
});

test('where there is no version in common, questions end with link/version, until the hub is updated', async () => {
  for (const [ofTerminal, ofHub] of [
    [[1], [2]],
    [[1, 2], [3]],
  ] as const) {
    const pair = new Pair(speaking(...ofTerminal), speaking(...ofHub));
    await pair.connect();
    await refusedWith('link/version', (await pair.ask()).answer);
    assert.equal(
      [pair.worked.length, pair.changes, pair.wire.length],
      [0, 0, 2],
      'and nothing is asked again',
    );
    assert.match(pair.said.join(), `in version ${ofTerminal.at(-1)}, which this hub does not speak`);
    pair.becomes(speaking(1, 2, 3));
    await (await pair.ask()).answer;
  }
});

test('a hub that is updated while a terminal is connected, past the version that they spoke, is spoken with in the higher one', async () => {
  const pair = new Pair(speaking(1, 2), speaking(1));
  await pair.connect();
  await (await pair.ask()).answer;
  pair.becomes(speaking(2));
  await refusedWith('link/version', (await pair.ask()).answer);
  await (await pair.ask()).answer;
  assert.equal(requests(pair), ['2 request', '1 request', '1 request', '2 request']);
});

test('a version refusal of an earlier connection does nothing, though it is the hub’s own', async () => {
  const pair = new Pair(speaking(1, 2), speaking(1));
  await pair.connect();
  pair.delivers = false;
  const { answer } = await pair.ask();
  const old = pair.answered[0]!;
  pair.becomes(speaking(1, 2));
  await pair.connect();
  await pair.deliver(old);
  assert.equal(requests(pair), ['2 request', '2 request']);
  assert.equal(pair.unused, ['unused/stray']);
  await pair.deliver(pair.answered.at(-1)!);
  await answer;
});

test('a version refusal counts only for a message that was sent, by the hub’s signature, on the topic of its version', async () => {
  const pair = new Pair(speaking(1, 2), speaking(1, 2));
  await pair.connect();
  pair.delivers = false;
  const { answer } = await pair.ask();
  const refused = digestOf(pair.asked[0]!.message);
  for (const [what, sent, why] of [
    ['never sent', pair.refusal(digestOf(Buffer.from('another')), [1]), 'unused/stray'],
    ['signed by another', pair.refusal(refused, [1], { key: newKeyPair() }), 'protocol/signature'],
    ['on another topic', pair.refusal(refused, [1], { on: 1 }), 'unused/stray'],
    ['moved', { ...pair.refusal(refused, [1]), topic: topicsOf(terminal, 1).reply }, 'protocol/signature'],
    ['it names the version that it refuses', pair.refusal(refused, [1, 2]), 'protocol/version versions'],
    ['no versions', pair.refusal(refused, []), 'protocol/schema'],
  ] as const) {
    await pair.deliver(sent);
    assert.match(pair.unused.splice(0).join(), new RegExp(`^${why}`), what);
  }
  assert.is(pair.changes, 0);
  assert.equal(requests(pair), ['2 request']);
  await pair.deliver(pair.answered[0]!);
  await answer;
});

test('a terminal goes down as far as the hub signed, and no further: one that contradicts itself costs a message for each version', async () => {
  const pair = new Pair(speaking(1, 2, 3), speaking(1, 2, 3));
  await pair.connect();
  pair.delivers = false;
  const { answer } = await pair.ask();
  const refuse = (versions: number[], on: number) =>
    pair.deliver(pair.refusal(digestOf(pair.asked.at(-1)!.message), versions, { on }));
  await refuse([2, 9], 3);
  assert.is(requests(pair).at(-1), '2 request');
  await refuse([1, 3], 2);
  assert.is(requests(pair).at(-1), '1 request', 'not back to 3, which it refused');
  await refuse([2, 3], 1);
  await refusedWith('link/version', answer);
  assert.is(requests(pair).length, 3);
});

test('questions under way while the refusal comes are each asked once more, and each is answered once', async () => {
  const pair = new Pair(speaking(1, 2), speaking(1));
  await pair.connect();
  pair.delivers = false;
  const open = [await pair.ask(), await pair.ask({ ...challenge, transaction: Buffer.alloc(16, 8) })];
  await pair.clock.move(1000); // a second copy of each
  const refusals = pair.answered.splice(0);
  assert.is(refusals.length, 4);
  pair.delivers = true;
  for (const refusal of refusals) await pair.deliver(refusal);
  for (const { answer } of open) assert.is((await answer).answer, 'challenge');
  assert.equal(pair.wire.filter(one => one === '1 request').length, 2);
  assert.is(new Set(pair.worked).size, 2);
  assert.is(pair.worked.length, 2);
  assert.equal(new Set(pair.unused), new Set(['unused/stray']), 'the refusals of what is answered by now');
});

test('an answer that was on its way in the version before is used all the same', async () => {
  const pair = new Pair(speaking(1, 2), speaking(1, 2));
  await pair.connect();
  pair.delivers = false;
  const { answer } = await pair.ask();
  await pair.deliver(pair.refusal(digestOf(pair.asked[0]!.message), [1]));
  await pair.deliver(pair.answered[0]!);
  await answer;
  await pair.deliver(pair.answered[1]!);
  assert.equal(pair.unused, ['unused/duplicate']);
  assert.is(pair.worked.length, 1, 'the hub gives the same answer in the other version');
});

test('the key set comes in the highest version in common, and a terminal that has none is named in the log', async () => {
  for (const [ofTerminal, ofHub, on] of [
    [[1], [1, 2], ['1 keySet']],
    [[1, 2], [1], ['1 keySet']],
    [[1, 2], [2], ['2 keySet']],
    [[1], [2], []],
  ] as const) {
    const pair = new Pair(speaking(...ofTerminal), speaking(...ofHub));
    const { presence: topic } = topicsOf(terminal);
    const body = { ...presence, terminal, epoch: 1, online: true, versions: [...ofTerminal] };
    const { hub } = pair;
    await hub.take(topic, signPresence(body, topic, pair.agentKey));
    assert.equal(pair.wire, on, `${ofTerminal} with ${ofHub}`);
    assert.is(
      pair.said.some(line => line.includes('none that this hub speaks')),
      on.length === 0,
    );
  }
});

const both = speaking(1, 2);
const key = newKeyPair();
const envelope = { id: Buffer.alloc(16, 1), waitsMs: 1000, question: challenge };
const reply = { id: envelope.id, answer: { answer: 'challenge', challenge: Buffer.alloc(32) } } as const;
const batch: Batch = { terminal, epoch: 1, session: Buffer.alloc(16), from: 1, records: [] };

test('a field of version 2 is refused in a message of version 1, with its path, and so is a message of version 2 without it', () => {
  for (const [leaf, field, sign, read] of [
    [
      ...(['request', { language: 'ja' }] as const),
      (topic: string) => signQuestion(envelope, topic, key, both),
      (message: Buffer, topic: string) => readQuestion(message, topic, key.coseKey, both),
    ],
    [
      ...(['reply', { tookMs: 7 }] as const),
      (topic: string) => signAnswer(reply, topic, key, both),
      (message: Buffer, topic: string) => readAnswer(message, topic, key.coseKey, both),
    ],
    [
      ...(['ledger', { disks: 1 }] as const),
      (topic: string) => signBatch(batch, topic, key, both),
      (message: Buffer, topic: string) => readBatch(message, topic, key.coseKey, both),
    ],
  ] as const) {
    const body = leaf === 'request' ? envelope : leaf === 'reply' ? reply : batch;
    const [first, second] = [1, 2].map(version => topicsOf(terminal, version)[leaf]) as [string, string];
    assert.equal(read(sign(first), first), body);
    assert.equal(read(sign(second), second), { ...body, ...field });
    const [path] = Object.keys(field);
    for (const [topic, wrong] of [
      [first, { ...body, ...field }],
      [second, body],
    ] as const)
      assert.throws(
        () => read(sign1(wrong, key, contextOf.topic(topic)), topic),
        (error: ProtocolError) => error.code === 'protocol/schema' && error.path === path,
        topic,
      );
  }
});

test('a message without another form in version 2 stays as it was, and is of that version all the same', () => {
  const [first, second] = [1, 2].map(version => topicsOf(terminal, version).acknowledgement) as [
    string,
    string,
  ];
  const word = { terminal, epoch: 1, session: Buffer.alloc(16), upto: 0, tag: Buffer.alloc(16) };
  const message = signAcknowledgement({ ...word, generation: 1, refused: [] }, second, key, both);
  assert.is(readAcknowledgement(message, second, key.coseKey, both).generation, 1);
  assert.throws(() => readAcknowledgement(message, first, key.coseKey, both), refuses('protocol/signature'));
  assert.throws(() => readAcknowledgement(message, second, key.coseKey), refuses('protocol/version'));
});

test.run();
