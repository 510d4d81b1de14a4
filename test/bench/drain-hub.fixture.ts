// The hub's end of the drain as a process: its router and its ledger on a broker. Started by drain-hub.ts.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { toCoseKey, toKeyPair } from '../../agent/protocol/cose-key.ts';
import { hubSubscriptions } from '../../agent/protocol/topics.ts';
import { Ledger } from '../../simulator/hub/ledger/ledger.ts';
import { Router } from '../../simulator/hub/routing/router.ts';
import { connectQuick } from './bare-exchanges.ts';
import { type DrainHubOrder, type DrainHubReport, plainTopic } from './drain-hub.ts';

const { url, path, hubKey, agentKey } = JSON.parse(process.argv[2]!) as DrainHubOrder;
const agent = toCoseKey(createPublicKey(agentKey));
const report = (message: DrainHubReport) => process.send!(message);
const shares = { verify: 0, insert: 0, acknowledge: 0 };
/** Runs `work` at the cost of `share`. */
function at<T>(share: keyof typeof shares, work: () => T): T {
  const begun = performance.now();
  const result = work();
  shares[share] += performance.now() - begun;
  return result;
}

const ledger = new Ledger({ path, generation: 1, wall: () => Date.now(), ended: () => undefined });
const client = await connectQuick(url);
let committed = 0;
const router = new Router({
  terminals: { find: terminal => ({ terminal, epoch: 1, agentKey: agent, gateKey: agent }) },
  ledger: {
    reported: () => undefined,
    take(deliveries) {
      const acknowledgements = at('insert', () => ledger.take(deliveries));
      committed = performance.now();
      return acknowledgements;
    },
  },
  keySet: Buffer.alloc(0),
  telemetry: { take: () => Promise.reject(new Error('nobody tells')) as never },
  hubKey: toKeyPair(createPrivateKey(hubKey)),
  clock: { now: () => performance.now(), wall: () => Date.now() },
  say: () => undefined,
  answer: () => Promise.reject(new Error('nobody asks')),
  async publish(topic, message) {
    client.publish(topic, message, { qos: 1 });
    shares.acknowledge += performance.now() - committed; // signed since the commit, or since the last one was
    committed = performance.now();
  },
  behaviours: { routing: [], acknowledgement: [] },
});

let plain = 0;
function takePlain(body: Buffer): void {
  const batch = { terminal: 'plain', epoch: 1, session: Buffer.alloc(16), from: ++plain };
  ledger.take([{ batch: { ...batch, records: [{ tag: Buffer.alloc(16), body }] }, gate: agent }]);
  if (plain % 500 === 0) report({ plain });
}
client.on('message', (topic, message) => {
  if (topic === plainTopic) takePlain(message);
  else at('verify', () => void router.take(topic, message)); // what it does at once: the ledger waits for the next turn
});
await client.subscribeAsync([...hubSubscriptions([1]), plainTopic], { qos: 1 });
let since = process.cpuUsage();
process.on('message', () => {
  const { user, system } = process.cpuUsage(since);
  since = process.cpuUsage();
  report({ shares: { ...shares, processor: (user + system) / 1000 } });
  for (const share of Object.keys(shares)) shares[share as keyof typeof shares] = 0;
});
process.on('disconnect', () => process.exit());
report({ ready: true });
