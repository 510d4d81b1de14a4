// A question that comes again is not worked twice, however many came meanwhile.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../../agent/protocol/exchange.ts';
import { AnswerCache } from '../../../simulator/hub/routing/answer-cache.ts';

const challenge: Answer = { answer: 'challenge', challenge: Buffer.alloc(32) };
const changed: Answer = { answer: 'refused', service: 'hub', code: 'hub/questionChanged' };

function rig() {
  let now = 0;
  let worked = 0;
  const answers = new AnswerCache(() => now);
  return {
    at: (ms: number) => {
      now = ms;
    },
    worked: () => worked,
    async ask(nth: number, waitsMs = 10_000, terminal = 'shop-1', content = 'question') {
      const id = Buffer.from([nth]);
      const asked = { terminal, id, waitsMs, question: Buffer.from(content) };
      const make = async () => {
        worked++;
        return challenge;
      };
      return (await answers.once(asked, make, changed)).answer;
    },
  };
}

test('an answer is kept for as long as its question waits, however many come after it', async () => {
  const { ask, at, worked } = rig();
  await ask(0, 60_000);
  for (let nth = 1; nth <= 100; nth++) await ask(nth);
  at(59_999);
  assert.is(await ask(0), 'challenge');
  assert.is(worked(), 101);
});

test('the last 32 of each terminal are kept longer; older ones are removed', async () => {
  const { ask, at, worked } = rig();
  for (let nth = 0; nth < 40; nth++) await ask(nth);
  await ask(0, 10_000, 'shop-2');
  at(3_600_000);
  await ask(40);
  for (let nth = 9; nth <= 40; nth++) await ask(nth);
  await ask(0, 10_000, 'shop-2');
  assert.is(worked(), 42);
  await ask(8);
  assert.is(worked(), 43);
});

test('a repetition waits as long as it says itself, and another question under its id is refused', async () => {
  const { ask, at, worked } = rig();
  await ask(0, 1000);
  at(500);
  await ask(0, 10_000);
  for (let nth = 1; nth <= 40; nth++) await ask(nth);
  at(5000);
  await ask(0);
  assert.is(worked(), 41);
  assert.is(await ask(0, 1000, 'shop-1', 'another'), 'refused');
});

test.run();
