import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { screensOf, stepsOf } from '../../../simulator/demo/steps.ts';

const step = (ms: number, transaction: string, event: string, at: string) => ({
  ...{ ms, who: 'agent', what: `${event} → ${at}` },
  step: { transaction, event, at },
});

test('the steps of one transaction, each until the next; the last one lasts no time', () => {
  const timeline = [
    { ms: 1, who: 'hub', what: 'hub: challenge of demo-1: answered' },
    step(10, 'a', 'started', 'card'),
    step(12, 'b', 'restarted', 'abandoned'),
    step(30, 'a', 'cardRead', 'pin'),
    step(90, 'a', 'pinRight', 'authenticate'),
  ];
  assert.equal(stepsOf(timeline, 'a'), [
    { event: 'started', at: 'card', fromMs: 10, untilMs: 30 },
    { event: 'cardRead', at: 'pin', fromMs: 30, untilMs: 90 },
    { event: 'pinRight', at: 'authenticate', fromMs: 90, untilMs: 90 },
  ]);
  assert.equal(stepsOf(timeline, 'c'), []);
});

test('what the screen said is known by its prompt', () => {
  const screens = screensOf([
    { ms: 1, who: 'screen', what: 'カードをお取りください。', prompt: 'takeCard' },
    { ms: 2, who: 'card', what: 'card out' },
  ]);
  assert.equal([...screens], [['takeCard', 'カードをお取りください。']]);
});

test.run();
