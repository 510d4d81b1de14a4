// How fast what piled up in the journal reaches the hub's ledger, against one record a message into the same ledger.
import type { MqttClient } from 'mqtt';
import { startDrain } from '../../agent/ledger/drain.ts';
import { connectQuick } from './bare-exchanges.ts';
import { type Benchmark, type Figures, inRounds } from './benchmark.ts';
import { type DrainHub, plainTopic } from './drain-hub.ts';
import { watched } from './drain-shares.ts';
import { bodyOf, fill, recordBytes, type Stage, startStage } from './drain-stage.ts';

const records = { full: 50_000, short: 2_000 };
const plainRecords = 1_000;
/** The broker queues no more for one client (mosquitto.conf(5), max_queued_messages: 1000). */
const plainWindow = 500;

export const drain: Benchmark = {
  name: 'drain',
  about: `what piled up offline, to the hub's ledger: ${records.full} records of ${recordBytes} bytes.
Us: the sealed journal is read, sent in signed batches, each verified and committed (SQLite, synchronous=FULL) and acknowledged under
the hub's signature, which is verified. Agent, mosquitto and hub are three processes. From the start of the drain until all is acknowledged.
Alternative: ${plainRecords} such records, one a message at QoS 1, unsigned, each committed by itself into the same ledger.
Below: what one record costs in the agent (read, sign, publish, move the cursor) and, at the same time, in the hub (verify, insert, acknowledge).`,
  rounds: 10,
  async run(rounds, how = 'full') {
    const stage = await startStage();
    const plain = await connectQuick(stage.url);
    const sendPlain = plainly(stage.hub, plain);
    let terminals = 0;
    try {
      return await inRounds(rounds, how, async figures => {
        await round(figures, stage, { terminal: `bench-${++terminals}`, records: records[how] }, sendPlain);
      });
    } finally {
      await plain.endAsync(true);
      await stage.close();
    }
  },
};

async function round(
  figures: Figures,
  stage: Stage,
  { terminal, records }: { terminal: string; records: number },
  sendPlain: () => Promise<number>,
): Promise<void> {
  const writing = await stage.journalOf(terminal);
  await fill(writing, records);
  await writing.close();
  // opened again: what is drained is read from the disk
  const { journal, link, options } = await stage.connect(terminal, await stage.journalOf(terminal));
  const { shares, ...seen } = watched(journal, link);
  await stage.hub.shares();
  const since = process.cpuUsage();
  const begun = performance.now();
  const running = startDrain({ ...options, ...seen });
  await running.drained();
  const took = performance.now() - begun;
  const { user, system } = process.cpuUsage(since);
  const { processor, ...hub } = await stage.hub.shares();
  await running.close();
  await link.close();
  await journal.close();
  const theirs = await sendPlain();
  figures.add('to the ledger', 'records/s', (1000 * records) / took, (1000 * plainRecords) / theirs);
  const parts = {
    ...shares,
    ...hub,
    'processor time of the agent': (user + system) / 1000,
    'processor time of the hub': processor,
  };
  for (const [what, ms] of Object.entries(parts))
    figures.add(`a record: ${what}`, 'us', (1000 * ms) / records);
}

/** What sends `plainRecords` and returns how long that took until they were committed, in ms. */
function plainly(hub: DrainHub, client: MqttClient): () => Promise<number> {
  let all = 0;
  return async () => {
    const bodies = Array.from({ length: plainRecords }, (_, i) => bodyOf(i));
    const begun = performance.now();
    for (let sent = 0; sent < plainRecords; sent += plainWindow) {
      all += plainWindow;
      const committed = hub.plain(all);
      for (const body of bodies.slice(sent, sent + plainWindow)) client.publish(plainTopic, body, { qos: 1 });
      await committed;
    }
    return performance.now() - begun;
  };
}
