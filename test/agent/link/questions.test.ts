// Questions on a clock that the test moves: copies are lost, doubled, late, or wrong.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LinkError } from '../../../agent/link/link-error.ts';
import { Questions } from '../../../agent/link/questions.ts';
import { SpokenVersion } from '../../../agent/link/spoken-version.ts';
import type { Value } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { contract } from '../../../agent/protocol/contract.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { type Answer, readQuestion, signAnswer } from '../../../agent/protocol/exchange.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { digestOf, signVersionRefusal } from '../../../agent/protocol/version-refusal.ts';
import { ManualClock, settle } from '../../manual-clock.ts';
import { refusedWith } from '../../refusal.ts';

const terminal = 'shop-1';
const topics = topicsOf(terminal);
const [agentKey, hubKey] = [newKeyPair(), newKeyPair()];
const question = { ask: 'challenge', transaction: Buffer.alloc(16, 7) } as const;
const fetch = { ask: 'fetch', transaction: Buffer.alloc(16, 7), offset: 0 } as const;
const challenge: Answer = { answer: 'challenge', challenge: Buffer.alloc(32, 1) };

/** A line whose broker takes a message when `puback` is called, or at once. */
function line({ slow = false, kbps = 0 } = {}) {
  const clock = new ManualClock();
  /** Id, time and `waitsMs` of each copy that was sent. */
  const sent: { id: string; atMs: number; waitsMs: number }[] = [];
  const copies: Buffer[] = [];
  const unused: string[] = [];
  let puback: (() => void)[] = [];
  let refusal: LinkError | undefined;
  const questions = new Questions({
    ...{ terminal, contract, version: new SpokenVersion(contract.versions), agentKey, clock },
    hubKey: () => hubKey.coseKey,
    bytesPerSecond: () => (kbps === 0 ? undefined : kbps * 125),
    onUnused: ({ code, path }) => unused.push(path ? `${code} ${path}` : code),
    publish: (topic, payload) => {
      const { id, waitsMs } = readQuestion(payload, topic, agentKey.coseKey);
      copies.push(payload);
      if (refusal) return Promise.reject(refusal);
      sent.push({ id: id.toString('hex'), atMs: clock.now(), waitsMs });
      return slow ? new Promise(resolve => puback.push(resolve)) : Promise.resolve();
    },
  });
  const message = (body: { [key: string]: Value }) =>
    questions.take(sign1(body, hubKey, contextOf.topic(topics.reply)), topics.reply);
  return {
    ...{ clock, sent, copies, unused, questions, message },
    take: (payload: Buffer) => questions.take(payload, topics.reply),
    refuse(code?: 'link/offline' | 'link/refused') {
      refusal = code && new LinkError(code);
    },
    puback() {
      for (const taken of puback) taken();
      puback = [];
      return settle();
    },
    answer: (answer = challenge, id = sent.at(-1)!.id) =>
      questions.take(signAnswer({ id: Buffer.from(id, 'hex'), answer }, topics.reply, hubKey), topics.reply),
    times: () => sent.map(({ atMs }) => atMs),
  };
}

test('a lost question, or a lost answer, is asked again under its id, with growing waits and what is left of the time', async () => {
  const { questions, clock, sent, times, answer, unused } = line();
  questions.online();
  const asked = questions.ask(question, { timeoutMs: 15_000 });
  await settle();
  for (let ms = 0; ms < 14_000; ms += 500) await clock.move(500);
  assert.equal(times(), [0, 1000, 3000, 7000]);
  assert.equal(new Set(sent.map(({ id }) => id)).size, 1);
  assert.equal(
    sent.map(({ waitsMs }) => waitsMs),
    [15_000, 14_000, 12_000, 8000],
  );
  answer();
  assert.is((await asked).answer, 'challenge');
  answer();
  assert.equal(unused, ['unused/duplicate']);
  assert.is(clock.waiting, 0);
});

test('no second copy fills a slow line before the broker has the first', async () => {
  const { questions, clock, times, puback, answer } = line({ slow: true });
  questions.online();
  const asked = questions.ask(question, { timeoutMs: 60_000 });
  await clock.move(30_000);
  assert.equal(times(), [0]);
  await puback();
  await clock.move(999);
  assert.equal(times(), [0]);
  await clock.move(1);
  assert.equal(times(), [0, 31_000]);
  answer();
  await asked;
});

test('an answer of a kind that came slowly is waited for twice as long the next time', async () => {
  const { questions, clock, times, answer, sent } = line();
  questions.online();
  const piece: Answer = { answer: 'fetch', offset: 0, chunk: Buffer.alloc(1) };
  const first = questions.ask(fetch, { timeoutMs: 60_000 });
  await settle();
  await clock.move(4000);
  answer(piece);
  await first;
  sent.length = 0;
  const second = questions.ask(fetch, { timeoutMs: 60_000 });
  await settle();
  await clock.move(7999);
  assert.equal(times(), [4000]);
  await clock.move(1);
  assert.equal(times(), [4000, 12_000]);
  answer(piece);
  await second;
  const third = questions.ask(fetch, { timeoutMs: 60_000 });
  await settle();
  await clock.move(10);
  answer(piece);
  await third;
  sent.length = 0;
  const fourth = questions.ask(fetch, { timeoutMs: 60_000 });
  await settle();
  await clock.move(999);
  assert.is(sent.length, 1);
  await clock.move(1);
  assert.is(sent.length, 2, 'a line that was quick is not waited for as long as one that is not known');
  answer(piece);
  await fourth;
});

test('however long an answer took before, a lost question is asked again within a third of its wait', async () => {
  const { questions, clock, times, answer, sent } = line();
  questions.online();
  const first = questions.ask(question, { timeoutMs: 15_000 });
  await settle();
  await clock.move(3000); // two copies were lost
  answer();
  await first;
  sent.length = 0;
  const second = questions.ask(question, { timeoutMs: 6_000 });
  await settle();
  for (let ms = 0; ms < 5_000; ms += 500) await clock.move(500);
  assert.equal(times(), [3000, 5000]);
  answer();
  await second;
});

test('where the line is known to be narrow, the first piece of a document is waited for as long as the line needs for it', async () => {
  for (const [kbps, again] of [
    [64, 13_107],
    [524, 5000],
  ] as const) {
    const { questions, clock, times, answer } = line({ kbps });
    questions.online();
    const asked = questions.ask(fetch, { timeoutMs: 30_000 });
    await settle();
    for (let ms = 0; ms < 14_000; ms += 500) await clock.move(500);
    assert.is(Math.ceil(times()[1]! / 500), Math.ceil(again / 500), `${times()}`);
    answer();
    await asked;
  }
});

test('a question is asked at once on the next connection, and also where there was none when it was put', async () => {
  const { questions, clock, times, answer, sent, refuse } = line();
  const asked = questions.ask(question, { timeoutMs: 60_000 });
  await clock.move(5000);
  assert.equal(times(), []);
  questions.online();
  await settle();
  questions.offline();
  await clock.move(10_000);
  refuse('link/offline'); // the connection breaks as it is used
  questions.online();
  await settle();
  questions.offline();
  refuse();
  questions.online();
  await settle();
  assert.equal(times(), [5000, 15_000]);
  assert.is(sent[0]!.id, sent[1]!.id);
  answer();
  assert.is((await asked).answer, 'challenge');
});

test('when the time is over, the code says whether there was a connection, and whether the broker refused the last copy', async () => {
  const { questions, clock, refuse } = line();
  const offline = refusedWith('link/offline', questions.ask(question, { timeoutMs: 1000 }));
  await clock.move(1000);
  await offline;
  questions.online();
  const silent = refusedWith('link/timeout', questions.ask(question, { timeoutMs: 1000 }));
  await clock.move(1000);
  await silent;
  refuse('link/refused');
  const refused = refusedWith('link/refused', questions.ask(question, { timeoutMs: 5000 }));
  await clock.move(5000);
  await refused;
  assert.is(clock.waiting, 0);
});

test('a copy that the broker refuses, or with which the connection ends, is sent again', async () => {
  const { questions, clock, times, answer, refuse } = line();
  questions.online();
  refuse('link/refused');
  const asked = questions.ask(question, { timeoutMs: 60_000 });
  await settle();
  refuse();
  await clock.move(1000);
  assert.equal(times(), [1000]);
  answer();
  await asked;
  refuse('link/refused'); // a TLS alert, or whatever else the connection ends with
  const other = questions.ask(question, { timeoutMs: 60_000 });
  await settle();
  questions.offline();
  refuse();
  questions.online();
  await settle();
  assert.equal(times(), [1000, 1000]);
  answer();
  await other;
});

test('a hub that speaks no version of the terminal ends its question, where it names that question', async () => {
  const { questions, copies, take, clock } = line();
  questions.online();
  const asked = refusedWith('link/version', () => questions.ask(question, { timeoutMs: 15_000 }));
  await settle();
  await clock.move(1000); // a second copy
  const refusal = (refused: Buffer, key = hubKey) =>
    take(signVersionRefusal({ refused, versions: [2, 3] }, topics.reply, key));
  refusal(digestOf(Buffer.from('an earlier question')));
  refusal(digestOf(copies[0]!), newKeyPair());
  assert.is(copies.length, 2);
  refusal(digestOf(copies[0]!));
  await asked;
});

test('a rightly signed answer with a wrong field ends its question with a code of its own, and is reported with the path', async () => {
  const { questions, unused, message, sent } = line();
  questions.online();
  const asked = refusedWith('link/answer', questions.ask(question, { timeoutMs: 1000 }));
  await settle();
  const id = Buffer.from(sent[0]!.id, 'hex');
  message({ id, answer: { answer: 'challenge', challenge: Buffer.alloc(31) } });
  await asked;
  message({ id: 'none', answer: {} });
  assert.equal(unused, ['protocol/schema answer.challenge', 'protocol/schema id']);
});

test.run();
