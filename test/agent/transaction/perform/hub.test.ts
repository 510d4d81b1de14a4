// How long a transaction waits for the hub: what is left of its state's wait, so that a lost answer can be asked for again.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Question } from '../../../../agent/protocol/exchange.ts';
import { Stage } from '../stage.ts';
import { waits } from '../story.ts';

test('each question may take what is left of its state’s wait', async () => {
  const stage = new Stage();
  const waited: [ask: Question['ask'], timeoutMs: number][] = [];
  const { hub } = stage.ports;
  stage.ports.hub = {
    ask: (question, options) => {
      waited.push([question.ask, options.timeoutMs]);
      stage.clock.advance(100); // the answer takes a while
      return hub.ask(question, options);
    },
  };
  await stage.run().ended;
  const { hubMs, deviceMs, fetchMs } = waits;
  assert.equal(waited, [
    ['challenge', hubMs],
    ['authenticate', 2 * hubMs + deviceMs - 100],
    ['order', hubMs + deviceMs],
    ['fetch', fetchMs],
    ['fetch', fetchMs - 100],
  ]);
});

test.run();
