// How fast what piled up in the journal reaches the hub's ledger, against one record a message into the same ledger.
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import type { Journal } from '../../agent/journal/journal.ts';
import { openJournal } from '../../agent/journal/sealed-journal.ts';
import { startDrain } from '../../agent/link/drain.ts';
import { type Link, openLink } from '../../agent/link/link.ts';
import { type KeyPair, newKeyPair } from '../../agent/protocol/cose-key.ts';
import { encodeRecord } from '../../agent/protocol/ledger.ts';
import { systemClock } from '../../drivers/contract/clock.ts';
import { startBroker } from '../agent/link/broker.ts';
import { connectQuick } from './bare-exchanges.ts';
import { type Benchmark, type Figures, inRounds } from './benchmark.ts';
import { type DrainHub, plainTopic, startDrainHub } from './drain-hub.ts';

const records = 50_000;
const plainRecords = 2_000;
const recordBytes = 300;
const plainWindow = 500;

export const drain: Benchmark = {
  name: 'drain',
  about: `what piled up offline, to the hub's ledger: ${records} records of ${recordBytes} bytes.
Us: the sealed journal is read, sent in signed batches, each verified and committed (SQLite, synchronous=FULL), each acknowledged under
the hub's signature, which is verified. Agent, mosquitto and hub are three processes. From the start of the drain until all is acknowledged.
Alternative: ${plainRecords} such records, one a message at QoS 1, unsigned, each committed by itself into the same ledger.
Shares are the time of one record in the agent (read, sign, publish, take) and in the hub (verify, insert, acknowledge).`,
  rounds: 10,
  async run(rounds) {
    const dir = await mkdtemp(join(tmpdir(), 'bench-drain-'));
    const broker = await startBroker();
    const [hubKey, agentKey] = [newKeyPair(), newKeyPair()];
    const pem = { format: 'pem' } as const;
    const hub = await startDrainHub({
      url: broker.url,
      path: join(dir, 'ledger.db'),
      hubKey: hubKey.privateKey.export({ ...pem, type: 'pkcs8' }) as string,
      agentKey: agentKey.publicKey.export({ ...pem, type: 'spki' }) as string,
    });
    const plain = await connectQuick(broker.url);
    try {
      return await inRounds(rounds, figures =>
        round(figures, { dir, url: broker.url, hub, hubKey, agentKey, plain }),
      );
    } finally {
      await plain.endAsync(true);
      await hub.close();
      await broker.close();
      await rm(dir, { recursive: true });
    }
  },
};

interface Stage {
  dir: string;
  url: string;
  hub: DrainHub;
  hubKey: KeyPair;
  agentKey: KeyPair;
  plain: MqttClient;
}

/** Terminals so far: each round's is new to the ledger. */
let terminals = 0;
let plainSent = 0;

async function round(figures: Figures, stage: Stage): Promise<void> {
  const terminal = `bench-${++terminals}`;
  const journal = await filled(stage.dir, terminal);
  const link = openLink({
    url: stage.url,
    terminal,
    epoch: 1,
    software: 'bench',
    agentKey: stage.agentKey,
    hubKey: () => stage.hubKey.coseKey,
    clock: systemClock,
  });
  await new Promise<void>(resolve => void link.onOnline(() => resolve()));
  await stage.hub.shares();
  const shares = { read: 0, sign: 0, publish: 0, take: 0 };
  const begun = performance.now();
  const running = startDrain({
    journal: watchedJournal(journal, shares),
    link: watchedLink(link, shares),
    terminal,
    epoch: 1,
    agentKey: stage.agentKey,
    hubKey: () => stage.hubKey.coseKey,
    clock: systemClock,
    onAlarm: alarm => {
      throw alarm;
    },
  });
  await running.drained();
  const took = performance.now() - begun;
  const hub = await stage.hub.shares();
  await running.close();
  await link.close();
  await journal.close();
  const theirs = await plainly(stage);
  figures.add('records a second', 'records/s', (1000 * records) / took, (1000 * plainRecords) / theirs);
  for (const [what, ms] of Object.entries({ ...shares, ...hub }))
    figures.add(`one record: ${what}`, 'us', (1000 * ms) / records);
}

const bodyOf = (step: number): Buffer =>
  encodeRecord({
    type: 'step',
    transaction: randomBytes(16),
    step: step % 10_000,
    at: 'print',
    event: randomBytes(recordBytes - 82),
    wall: 1.7e12 + step,
  });

/** Written, closed and opened again: what is drained is read from the disk. */
async function filled(dir: string, terminal: string): Promise<Journal> {
  const options = {
    folder: join(dir, terminal),
    log: 'ledger',
    terminal,
    epoch: 1,
    dataKeys: [createSecretKey(Buffer.alloc(32, 7))],
    checkpoint: () => ({ body: Buffer.alloc(1) }),
  } as const;
  const journal = await openJournal(options);
  for (let written = 0; written < records; written += 500)
    await Promise.all(Array.from({ length: 500 }, (_, i) => journal.append(bodyOf(written + i))));
  await journal.close();
  return openJournal(options);
}

interface AgentShares {
  read: number;
  sign: number;
  publish: number;
  take: number;
}

let readDone = 0;

const watchedJournal = (journal: Journal, shares: AgentShares): Journal => ({
  ...({ recovered: journal.recovered } as Pick<Journal, 'recovered'>),
  get last() {
    return journal.last;
  },
  get oldest() {
    return journal.oldest;
  },
  get acknowledged() {
    return journal.acknowledged;
  },
  append: body => journal.append(body),
  onAppend: listener => journal.onAppend(listener),
  health: () => journal.health(),
  close: () => journal.close(),
  async read(after, options) {
    const begun = performance.now();
    const entries = await journal.read(after, options);
    readDone = performance.now();
    shares.read += readDone - begun;
    return entries;
  },
  async acknowledge(cursor) {
    const begun = performance.now();
    await journal.acknowledge(cursor);
    shares.take += performance.now() - begun;
  },
});

const watchedLink = (link: Link, shares: AgentShares): Link => ({
  ...link,
  get online() {
    return link.online;
  },
  get dropped() {
    return link.dropped;
  },
  ask: (question, options) => link.ask(question, options),
  onOnline: listener => link.onOnline(listener),
  close: () => link.close(),
  listen: (topic, listener) =>
    link.listen(topic, payload => {
      listener(payload);
    }),
  publish(topic, payload) {
    const begun = performance.now();
    shares.sign += begun - readDone;
    const done = link.publish(topic, payload);
    shares.publish += performance.now() - begun;
    return done;
  },
});

/** No more are under way than the broker queues for one client (mosquitto.conf(5), max_queued_messages: 1000). */
async function plainly({ plain, hub }: Stage): Promise<number> {
  const bodies = Array.from({ length: plainRecords }, (_, i) => bodyOf(i));
  const begun = performance.now();
  for (let sent = 0; sent < plainRecords; sent += plainWindow) {
    plainSent += plainWindow;
    const committed = hub.plain(plainSent);
    for (const body of bodies.slice(sent, sent + plainWindow)) plain.publish(plainTopic, body, { qos: 1 });
    await committed;
  }
  return performance.now() - begun;
}
