import { createSecretKey } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import { JournalError } from '../../../agent/journal/journal-error.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { type Drain, startDrain } from '../../../agent/ledger/drain.ts';
import type { Standing } from '../../../agent/ledger/ledger-status.ts';
import { openLink } from '../../../agent/link/link.ts';
import type { Link } from '../../../agent/link/link-options.ts';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { systemClock } from '../../../drivers/base/clock.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { type Broker, startBroker } from '../link/broker.ts';
import { epoch, TinyHub, terminal } from '../link/tiny-hub.ts';

let broker: Broker;
test.before(async () => {
  broker = await startBroker();
});
test.after(() => broker.close());

interface Scene {
  hub: TinyHub;
  journal: Journal;
  link: Link;
  drain: Drain;
  alarms: string[];
  /** The standings that were reported, in order. */
  standings: Standing[];
  /** What was not used, in order. */
  unused: string[];
}

/** `before` fills the journal while nothing is connected. */
async function withDrain(
  before: number,
  run: (scene: Scene) => Promise<void>,
  answerMs = 300,
  { url } = broker,
) {
  const hub = new TinyHub();
  const parent = temporaryFolder('drain');
  const journal = await openJournal({
    log: 'ledger',
    folder: join(parent, 'ledger'),
    terminal,
    epoch,
    dataKeys: [createSecretKey(Buffer.alloc(32, 3))],
    checkpoint: () => ({ body: Buffer.alloc(1) }),
    reserveSegments: 1,
  });
  await append(journal, before);
  await hub.connect(url);
  const backOff = { initialMs: 20, maxMs: 100 };
  const common = {
    terminal,
    epoch,
    agentKey: hub.agentKey,
    hubKey: () => hub.key.coseKey,
    clock: systemClock,
    backOff,
  };
  const link = openLink({ ...common, url, software: 'test' });
  const alarms: string[] = [];
  const standings: Standing[] = [];
  const unused: string[] = [];
  const drain = startDrain({
    ...common,
    journal,
    link,
    answerMs,
    onAlarm: ({ code }) => alarms.push(code),
    onStanding: standing => standings.push(standing),
    onUnused: ({ topic, code, path }) => unused.push([topic, code, ...(path ? [path] : [])].join(' ')),
  });
  try {
    await run({ hub, journal, link, drain, alarms, standings, unused });
  } finally {
    await drain.close();
    await link.close();
    await journal.close();
    await hub.close();
    await rm(parent, { recursive: true });
  }
}

const record = (n: number) => Buffer.from(`record ${n}`);
async function append(journal: Journal, count: number): Promise<void> {
  const first = journal.last.seq + 1;
  await Promise.all(Array.from({ length: count }, (_, i) => journal.append(record(first + i))));
}
function ledgerHolds(hub: TinyHub, count: number): void {
  assert.equal(
    hub.rows.map(String),
    Array.from({ length: count }, (_, i) => String(record(i + 1))),
  );
}
const nextBatch = (hub: TinyHub) =>
  new Promise<void>(resolve => {
    hub.onBatch = resolve;
  });

test('waiting records are drained in batches at connect, then each append by itself', () =>
  withDrain(
    2100,
    async ({ hub, journal, drain }) => {
      await drain.drained();
      ledgerHolds(hub, 2100);
      assert.equal(hub.tags.at(-1), journal.last.tag);
      assert.ok(hub.batches < 12, `${hub.batches} batches: they grow with what the line carries`);
      await append(journal, 1);
      await drain.drained();
      ledgerHolds(hub, 2101);
      assert.is(journal.acknowledged.seq, 2101);
      assert.is(hub.repeated, 0);
    },
    30_000,
  )); // nothing is sent again, however slow the machine

test('batches fit into what the broker takes', async () => {
  const strict = await startBroker('max_packet_size 3000');
  try {
    await withDrain(
      500,
      async ({ hub, drain }) => {
        await drain.drained();
        ledgerHolds(hub, 500);
        assert.is(hub.repeated, 0);
        assert.ok(hub.batches > 5, `${hub.batches} batches`);
      },
      30_000,
      strict,
    );
  } finally {
    await strict.close();
  }
});

test('each record is taken once and in order across two kills of the broker', () =>
  withDrain(200, async ({ hub, journal, drain, alarms }) => {
    for (let round = 0; round < 2; round++) {
      await nextBatch(hub);
      await broker.kill();
      await append(journal, 300);
      await broker.start();
      await append(journal, 50);
    }
    await drain.drained();
    ledgerHolds(hub, 900);
    assert.equal(alarms, []);
  }));

test('a hub that does not answer is asked again from its cursor, and gets all once it answers', () =>
  withDrain(10, async ({ hub, journal, drain }) => {
    hub.acknowledges = false;
    await nextBatch(hub);
    await nextBatch(hub);
    assert.is(hub.repeated, 10);
    assert.is(journal.acknowledged.seq, 0);
    hub.acknowledges = true;
    await drain.drained();
    ledgerHolds(hub, 10);
  }));

test('hub and journal agree once, at the first cursor that is found; without anything to send the hub is asked', async () => {
  for (const before of [0, 10])
    await withDrain(before, async ({ hub, journal, drain, standings }) => {
      hub.acknowledges = false;
      await nextBatch(hub);
      assert.equal(standings, []);
      hub.acknowledges = true;
      while (standings.length === 0) await new Promise(setImmediate);
      await append(journal, 1);
      await drain.drained();
      assert.equal(standings, ['agreed']);
    });
});

test('a hub that is behind in the same generation does not confirm the journal', () =>
  withDrain(10, async ({ hub, journal, drain, standings }) => {
    await journal.acknowledge({ ...journal.last, generation: 1 });
    hub.acknowledges = false;
    await nextBatch(hub);
    await hub.acknowledge({ upto: 3, tag: Buffer.alloc(16, 1) });
    while (drain.state.behind === 0) await new Promise(setImmediate);
    assert.equal(standings, []);
    await hub.acknowledge({ upto: 10, tag: journal.last.tag });
    while (standings.length === 0) await new Promise(setImmediate);
    await drain.drained();
  }));

for (const code of ['journal/full', 'journal/io'] as const)
  test(`a disk that refuses for a while (${code}) is no disagreement: cursor and records go on when it works again`, () =>
    withDrain(10, async ({ hub, journal, drain, alarms, unused }) => {
      hub.acknowledges = false;
      await nextBatch(hub);
      const { acknowledge, read } = journal;
      const refuses = () => Promise.reject(new JournalError(code));
      const refused = new Promise<void>(resolve => {
        journal.acknowledge = () => {
          journal.read = refuses;
          resolve();
          return refuses();
        };
      });
      await hub.acknowledge();
      await refused;
      await append(journal, 1);
      while (drain.state.silent === 0) await new Promise(setImmediate);
      Object.assign(journal, { acknowledge, read });
      hub.acknowledges = true;
      await drain.drained();
      ledgerHolds(hub, 11);
      assert.equal(unused, ['acknowledgement unused/unwritten']);
      assert.equal(alarms, []);
    }));

test('an acknowledgement that the hub did not sign, or with a wrong field, moves nothing and is reported', () =>
  withDrain(10, async ({ hub, journal, alarms, standings, unused }) => {
    hub.acknowledges = false;
    await nextBatch(hub);
    await hub.acknowledge({}, newKeyPair());
    await hub.acknowledge({}, hub.agentKey);
    await hub.acknowledge({ epoch: 2 });
    await hub.acknowledge({ generation: 0 });
    assert.equal(standings, []);
    await hub.acknowledge({ upto: 4, tag: hub.tags[3]! });
    const moved = new Promise<void>(resolve => {
      const look = () => (journal.acknowledged.seq > 0 ? resolve() : setImmediate(look));
      look();
    });
    await moved;
    assert.is(journal.acknowledged.seq, 4);
    assert.equal(
      unused,
      ['protocol/signature', 'protocol/signature', 'unused/outdated epoch', 'protocol/schema generation'].map(
        why => `acknowledgement ${why}`,
      ),
    );
    assert.equal(alarms, []);
  }));

for (const [what, code, word] of [
  ['another tag', 'journal/foreignAcknowledgement', { upto: 3, tag: Buffer.alloc(16, 1) }],
  ['more than we have', 'journal/rolledBack', { upto: 11, tag: Buffer.alloc(16, 1) }],
] as const)
  test(`a hub that acknowledges ${what} raises an alarm and stops the drain`, () =>
    withDrain(10, async ({ hub, journal, drain, alarms, standings }) => {
      hub.acknowledges = false;
      await nextBatch(hub);
      await hub.acknowledge(word);
      const outcome = await drain.drained().then(
        () => 'drained',
        error => error.code,
      );
      assert.is(outcome, code);
      assert.equal(alarms, [code]);
      assert.equal(standings, []);
      assert.is(journal.acknowledged.seq, 0);
      assert.ok(drain.state.halted);
    }));

test('a hub that lost records without a new generation is reported, and asked more and more slowly; restored, it gets them and agrees', () =>
  withDrain(
    100,
    async ({ hub, journal, drain, standings }) => {
      await drain.drained();
      hub.rows.length = 40;
      hub.tags.length = 40;
      await append(journal, 1);
      while (standings.length < 2) await nextBatch(hub);
      assert.equal(standings, ['agreed', 'hubBehind']);
      const { batches } = hub;
      await append(journal, 1);
      await nextBatch(hub);
      assert.is(hub.rows.length, 40);
      assert.ok(drain.state.silent >= 3, 'it waits longer each time');
      assert.ok(hub.batches - batches < 4);
      hub.generation = 2;
      while (hub.rows.length < 102) await nextBatch(hub);
      await drain.drained();
      ledgerHolds(hub, 102);
      assert.equal(standings, ['agreed', 'hubBehind', 'agreed']);
    },
    50,
  ));

test('an old acknowledgement that comes late changes nothing', () =>
  withDrain(10, async ({ hub, journal, drain, standings }) => {
    await drain.drained();
    await hub.acknowledge({ upto: 3, tag: hub.tags[2]! });
    await append(journal, 1);
    await drain.drained();
    ledgerHolds(hub, 11);
    assert.is(drain.state.behind, 0);
    assert.equal(standings, ['agreed']);
  }));

test('a hub restored from a backup gets again what it lost', () =>
  withDrain(100, async ({ hub, journal, drain }) => {
    await drain.drained();
    hub.rows.length = 40;
    hub.tags.length = 40;
    hub.generation = 2;
    await hub.acknowledge();
    while (hub.rows.length < 100) await nextBatch(hub);
    await drain.drained();
    ledgerHolds(hub, 100);
    assert.equal(journal.acknowledged, { ...journal.last, generation: 2 });
  }));

test.run();
