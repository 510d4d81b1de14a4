// Versions of the contract: which is spoken, and which form a message has in it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contextOf } from '../../../agent/protocol/context.ts';
import { sign1 } from '../../../agent/protocol/cose-sign1.ts';
import { readQuestion } from '../../../agent/protocol/exchange.ts';
import { readPresence, signPresence } from '../../../agent/protocol/presence.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { commonVersion, formIn } from '../../../agent/protocol/versions.ts';
import { agent, presence, questions, terminal } from '../../interop/sample-bodies.ts';
import { refuses } from '../../refusal.ts';

test('the highest version that both speak is spoken', () => {
  assert.is(commonVersion([1, 2, 3], [1, 2]), 2);
  assert.is(commonVersion([1], [1, 2]), 1);
  assert.is(commonVersion([2, 4], [1, 2, 3]), 2);
  assert.is(commonVersion([3], [1, 2]), undefined);
});

test('a message has the form that came last with a version, and none before its first', () => {
  const forms = { 2: 'early', 10: 'late' };
  assert.equal(
    [1, 2, 9, 10, 11].map(version => formIn(forms, version)),
    [undefined, 'early', 'early', 'late', 'late'],
  );
});

test('a message on a topic of another version is refused, though its body is of this one', () => {
  const { request } = topicsOf(terminal, 2);
  const body = { id: Buffer.alloc(16, 1), waitsMs: 1000, question: questions[0]! };
  const message = sign1(body, agent, contextOf.topic(request));
  assert.throws(() => readQuestion(message, request, agent.coseKey), refuses('protocol/version'));
});

test('a presence names versions, rising, each once, at least one', () => {
  const topic = topicsOf(terminal).presence;
  const read = (versions: number[]) =>
    readPresence(signPresence({ ...presence, versions }, topic, agent), topic, agent.coseKey);
  assert.equal(read([1, 2, 255]).versions, [1, 2, 255]);
  for (const wrong of [[], [0], [2, 1], [1, 1], [256], [1, 2, 3, 4, 5, 6, 7, 8, 9]])
    assert.throws(() => read(wrong), refuses('protocol/schema'), `${wrong}`);
});

test.run();
