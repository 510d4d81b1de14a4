import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import {
  encodeTelemetry,
  signTelemetryBatch,
  type TelemetryBatch,
} from '../../../agent/protocol/telemetry.ts';
import { topicsOf } from '../../../agent/protocol/topics.ts';
import { Router } from '../../../simulator/hub/routing/router.ts';
import { Takeovers } from '../../../simulator/hub/telemetry/takeovers.ts';

const when = { ms: 1, wall: 1 };
const bodies = {
  takenOver: encodeTelemetry({ type: 'link', is: 'down', code: 'link/takenOver', reason: 142, ...when }),
  offline: encodeTelemetry({ type: 'link', is: 'down', code: 'link/offline', ...when }),
  garbage: Buffer.from('garbage'),
};
const batch = (from: number, what: (keyof typeof bodies)[], terminal = 'mitaka-1'): TelemetryBatch => ({
  ...{ terminal, epoch: 1, session: Buffer.alloc(16), from, oldest: 1 },
  records: what.map(one => ({ tag: Buffer.alloc(16), body: bodies[one] })),
});

test('three takeovers in a day are an alarm; two, or other ends of a link, are not', () => {
  const takeovers = new Takeovers();
  assert.not(takeovers.take(batch(1, ['takenOver', 'offline', 'garbage', 'offline']), 0));
  assert.not(takeovers.take(batch(5, ['takenOver']), 1000));
  assert.not(takeovers.take(batch(5, ['takenOver']), 2000), 'the same record again');
  assert.not(takeovers.take(batch(6, ['takenOver'], 'mitaka-2'), 3000), 'another terminal');
  assert.ok(takeovers.take(batch(6, ['offline', 'takenOver']), 4000));
});

test('the router raises the alarm for the terminal', async () => {
  const [agent, hubKey] = [newKeyPair(), newKeyPair()];
  const reported: unknown[][] = [];
  const router = new Router({
    keySet: Buffer.alloc(0),
    ledger: { take: () => [], reported: (...what) => void reported.push(what) },
    telemetry: {
      take: ({ terminal, epoch, session }) => {
        return { terminal, epoch, session, upto: 1, tag: Buffer.alloc(16), generation: 1, refused: [] };
      },
    },
    terminals: {
      find: terminal => ({ terminal, epoch: 1, agentKey: agent.coseKey, gateKey: agent.coseKey }),
    },
    ...{
      hubKey,
      clock: { now: () => 0, wall: () => 0 },
      say: () => undefined,
      publish: async () => undefined,
    },
    answer: () => Promise.reject(new Error('nobody asks')),
    behaviours: { routing: [], acknowledgement: [] },
  });
  const { telemetry: topic } = topicsOf('mitaka-1');
  const take = (from: number) =>
    router.take(topic, signTelemetryBatch(batch(from, ['takenOver']), topic, agent));
  await take(1);
  await take(2);
  assert.equal(reported, []);
  await take(3);
  assert.equal(reported, [['mitaka-1', 1, 'link/takenOver']]);
});

test('takeovers of earlier days do not count', () => {
  const takeovers = new Takeovers();
  takeovers.take(batch(1, ['takenOver', 'takenOver']), 0);
  assert.not(takeovers.take(batch(3, ['takenOver']), 86_400_001));
});

test.run();
